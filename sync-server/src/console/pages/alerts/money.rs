//! Money that an alert's person sent, and stop-payments.
//!
//! Floor: console. Invariants: amounts are read as people write them; steps of a stop-payment follow one another.

use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{MoneySent, StopPayment, StopStep};
use schemars::JsonSchema;
use serde::Deserialize;

use super::deeds::done;
use super::one::{next_steps, stop};
use super::open;
use crate::console::{Asked, Deed, Done, Trouble};

/// Amounts as people write them, in yuan: 12,345.67.
fn fen(text: Option<&String>) -> Result<Option<i64>, Trouble> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || {
        Trouble::field("yuan", "金额写法不对，例如 12000 或 12000.50。", "Write an amount such as 12000 or 12000.50.")
    };
    let plain: String =
        text.trim().chars().filter(|letter| !matches!(letter, ',' | '，' | ' ' | '元' | '¥' | '￥')).collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    format!("{whole}{part:0<2}").parse().map(Some).map_err(|_| wrong())
}

/// Money that went.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MoneyForm {
    /// The alert.
    alert: String,
    /// When it went.
    sent: Option<String>,
    /// How much, in yuan.
    yuan: Option<String>,
    /// To whom, in words, never an account number.
    #[schemars(length(max = 120))]
    to: Option<String>,
    /// What else there is to say.
    #[schemars(length(max = 600))]
    note: Option<String>,
}

/// Records that the person sent money.
pub(crate) struct Money;

impl Deed for Money {
    const ID: &'static str = "recordMoneySent";
    const SUMMARY: &'static str = "Record that an alert's person sent money";
    type Form = MoneyForm;

    fn perform(asked: &Asked<'_>, form: MoneyForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let sent = form.sent.as_ref().map(|text| asked.time("sent", text)).transpose()?;
        if sent.is_some_and(|sent| sent > asked.now) {
            return Err(Trouble::field("sent", "转账时间不能晚于现在。", "This lies in the future."));
        }
        let fen = fen(form.yuan.as_ref())?;
        let money = MoneySent { alert: file.id, at: asked.now, sent, fen, to: form.to, note: form.note };
        done(asked, &file, money.into(), "已登记转账，请尽快申请止付。", "Recorded. Ask for a stop-payment at once.")
    }
}

/// A step of a stop-payment.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct StopForm {
    /// The alert.
    alert: String,
    /// asked, frozen or released.
    step: String,
    /// How much was caught, in yuan.
    yuan: Option<String>,
    /// The bank or payment service.
    #[schemars(length(max = 60))]
    institution: Option<String>,
    /// What else there is to say.
    #[schemars(length(max = 600))]
    note: Option<String>,
}

/// Records a step of a stop-payment.
pub(crate) struct Stop;

impl Deed for Stop {
    const ID: &'static str = "recordStopPayment";
    const SUMMARY: &'static str = "Record how far a stop-payment has come: asked for, frozen, released";
    type Form = StopForm;

    fn perform(asked: &Asked<'_>, form: StopForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let step = StopStep::from_word(&form.step);
        if !step.is_known() {
            return Err(Trouble::field("step", "请选择止付进度。", "Write asked, frozen or released."));
        }
        if !next_steps(stop(&file, asked.now).as_ref()).contains(&step) {
            return Err(Trouble::field(
                "step",
                "与现在的止付进度不符：先申请或止付，才能解除。",
                "This does not follow from where the stop-payment stands.",
            ));
        }
        let (fen, institution) = (fen(form.yuan.as_ref())?, form.institution);
        let fact = StopPayment { alert: file.id, step, at: asked.now, fen, institution, note: form.note };
        done(asked, &file, fact.into(), "止付进度已登记。", "The stop-payment was recorded.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |text: &str| fen(Some(&text.to_owned()));
        assert_eq!(read("12,000.5元").unwrap(), Some(1_200_050));
        assert_eq!(read("3").unwrap(), Some(300));
        assert_eq!(fen(None).unwrap(), None);
        for wrong in ["", "abc", "1.234", "-5", "1e9", "99999999999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
