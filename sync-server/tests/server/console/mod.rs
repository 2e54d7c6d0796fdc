//! The console over real HTTP, as browsers and programs meet it.

mod accountability;
mod client;
mod doors;
mod elsewhere;
mod exports;
mod load;
mod news;
mod policy;
mod reviews;
mod settings;
mod sign_in;
mod work;

pub use client::{Answer, Client, account, token};
