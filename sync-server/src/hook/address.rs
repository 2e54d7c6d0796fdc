//! Which addresses messages may be sent to.
//!
//! Floor: hook; pure. Invariant: an address is said to be wrong without being repeated, since it may hold a key.

use reqwest::Url;

/// Why an address will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("is no address; write the whole of it, such as https://host/path")]
    Malformed,
    /// It would travel in the open.
    #[error("must begin with https://; http:// is for receivers on this machine only")]
    Open,
    /// It has a user or a password in it.
    #[error("must have no user and no password in it")]
    Credentials,
}

/// Reads the address of a receiver: HTTPS, or a receiver on this machine.
///
/// # Errors
/// Why it will not do.
pub fn receiver(text: &str) -> Result<Url, AddressError> {
    let url = plain(text)?;
    if url.scheme() == "https" || is_here(&url) { Ok(url) } else { Err(AddressError::Open) }
}

/// Reads an address that messages show: of a page, by which whoever is on duty comes to the alerts.
///
/// # Errors
/// Why it will not do.
pub fn link(text: &str) -> Result<Url, AddressError> {
    plain(text)
}

fn plain(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Malformed);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    Ok(url)
}

/// Whether it is an address of this machine.
#[must_use]
pub fn is_here(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// The host of an address, with its port if it names one: no path and no query, where keys stand.
#[must_use]
pub fn shown(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_travel_closed_or_stay_on_this_machine() {
        for good in ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "http://127.0.0.1:9/a", "http://[::1]/"]
        {
            assert!(receiver(good).is_ok(), "{good}");
        }
        assert_eq!(receiver("http://town.example/a"), Err(AddressError::Open));
        assert_eq!(receiver("http://127.0.0.1.town.example/a"), Err(AddressError::Open));
        assert_eq!(receiver("town.example"), Err(AddressError::Malformed));
        assert_eq!(receiver("ftp://town.example"), Err(AddressError::Malformed));
        assert_eq!(receiver("https://a:b@town.example"), Err(AddressError::Credentials));
        assert!(link("http://10.0.0.7/alerts").is_ok());
        assert_eq!(link("javascript:alert(1)"), Err(AddressError::Malformed));
    }

    #[test]
    fn what_is_shown_of_an_address_holds_no_key() {
        assert_eq!(shown("https://oapi.dingtalk.com/robot/send?access_token=k"), "https://oapi.dingtalk.com");
        assert_eq!(shown("http://127.0.0.1:8080/secret/path"), "http://127.0.0.1:8080");
    }
}
