//! The console over real HTTP, as browsers and programs meet it.

mod client;
mod policy;
mod settings;
mod sign_in;

pub use client::{Answer, Client, account, token};
