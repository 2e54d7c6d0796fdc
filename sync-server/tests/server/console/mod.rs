//! The console over real HTTP, as browsers and programs meet it.

mod accountability;
mod client;
mod exports;
mod policy;
mod sign_in;

pub use client::{Answer, Client, account, token};
