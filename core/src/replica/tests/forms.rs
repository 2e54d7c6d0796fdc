//! What is being typed.

use super::super::{MAX_FORM, ReplicaError};
use super::*;

#[tokio::test]
async fn what_is_being_typed_survives_a_restart_and_ends_with_being_thrown_away() {
    let phone = phone().await;
    let forms = phone.replica.forms();
    forms.keep("pledge.1", "张", &reading(1)).unwrap();
    forms.keep("pledge.1", "张三", &reading(2)).unwrap();
    forms.keep("words.2", "…", &reading(3)).unwrap();
    let again = open(&phone.path, 2);
    assert_eq!(again.forms().get("pledge.1").unwrap().as_deref(), Some("张三"));
    assert_eq!(again.forms().keys().unwrap(), ["words.2", "pledge.1"]);
    assert!(again.forms().discard("pledge.1").unwrap());
    assert!(!again.forms().discard("pledge.1").unwrap());
    assert_eq!(again.forms().get("pledge.1").unwrap(), None);
}

#[tokio::test]
async fn a_form_that_is_too_long_or_has_no_key_is_complained_of_by_its_field() {
    let phone = phone().await;
    let field = |key: &str, text: &str| match phone.replica.forms().keep(key, text, &reading(1)) {
        Err(ReplicaError::Invalid(invalid)) => invalid.field.into_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(field("", "a"), "key");
    assert_eq!(field(&"k".repeat(201), "a"), "key");
    assert_eq!(field("k", &"a".repeat(MAX_FORM + 1)), "text");
    phone.replica.forms().keep("k", &"a".repeat(MAX_FORM), &reading(1)).unwrap();
}

#[tokio::test]
async fn a_revoked_phone_tells_preferences_alone() {
    let phone = phone().await;
    let forms = phone.replica.forms();
    forms.keep("preference.language", "en", &reading(1)).unwrap();
    forms.keep("pledge.1", "张三", &reading(2)).unwrap();
    phone.server.world().revoked = true;
    let run = phone.replica.sync().run(&phone.server, &reading(3)).await;
    assert_eq!(run.unwrap_err(), ReplicaError::Revoked);
    assert_eq!(forms.keys().unwrap(), ["preference.language"]);
    assert_eq!(forms.get("preference.language").unwrap().as_deref(), Some("en"));
    assert_eq!(forms.get("pledge.1"), Err(ReplicaError::Revoked));
    assert_eq!(forms.keep("pledge.2", "李四", &reading(4)), Err(ReplicaError::Revoked));
    forms.keep("preference.language", "zh", &reading(4)).unwrap();
}
