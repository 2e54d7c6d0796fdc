//! One's own account: password, second factor, recovery codes, tokens, sessions.
//!
//! Floor: console. Invariant: what is secret is shown once, by the deed that made it.

use askama::Template;
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::random;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Action, account, needs_second_factor};
use crate::console::lockout::{Tried, is_noted};
use crate::console::{Asked, Deed, Done, Moment, Once, Page, Shell, Trouble, Via, qr};
use crate::store::{Account, UserToken};

/// For how many days a token works.
const TOKEN_DAYS: i64 = 90;
/// How many tokens that work somebody may have.
const TOKENS: usize = 20;

fn login(asked: &Asked<'_>) -> Result<String, Trouble> {
    let people = asked.town.rows("person")?;
    let row = people.into_iter().find(|row| row.document.id == asked.person.into());
    let login = row.and_then(|row| match row.cell("person", "login") {
        Some(qiaomen_core::projection::Cell::Text(login)) => Some(login.to_string()),
        _ => None,
    });
    Ok(login.unwrap_or_default())
}

fn own(asked: &Asked<'_>) -> Result<Account, Trouble> {
    asked.town.store().account(asked.person)?.ok_or_else(Trouble::not_found)
}

/// Nothing is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Nothing {}

/// One's own account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccountModel {
    /// What one signs in as.
    login: String,
    /// What one is called.
    name: String,
    /// One's roles and where.
    roles: Vec<RoleIn>,
    /// Whether a second factor is set up.
    second_factor: bool,
    /// Whether one's roles ask for it.
    second_factor_needed: bool,
    /// How many recovery codes are left.
    recovery_left: u64,
    /// Where one is signed in.
    sessions: Vec<SessionLine>,
    /// One's tokens.
    tokens: Vec<TokenLine>,
}

/// A role in an area.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RoleIn {
    role: String,
    area: String,
}

/// A session.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionLine {
    number: u64,
    created: Moment,
    seen: Moment,
    this: bool,
}

/// A token.
#[derive(Debug, Serialize, JsonSchema)]
struct TokenLine {
    number: u64,
    label: String,
    created: Moment,
    expires: Moment,
    seen: Option<Moment>,
    revoked: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountView<'a> {
    shell: &'a Shell,
    m: &'a AccountModel,
}

/// One's own account.
pub(crate) struct Own;

impl Page for Own {
    const ID: &'static str = "ownAccount";
    const SUMMARY: &'static str = "One's own account: roles, second factor, sessions, tokens";
    type Query = Nothing;
    type Model = AccountModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<AccountModel, Trouble> {
        let (store, names) = (asked.town.store(), asked.names()?);
        let account = store.account(asked.person)?;
        let sessions = store.sessions(asked.person)?.into_iter().map(|session| SessionLine {
            number: session.number,
            created: asked.moment(session.created),
            seen: asked.moment(session.seen),
            this: asked.via == Via::Session(session.number),
        });
        let tokens = store.user_tokens(asked.person)?.into_iter().map(|token| TokenLine {
            number: token.number,
            label: token.label,
            created: asked.moment(token.created),
            expires: asked.moment(token.expires),
            seen: token.seen.map(|seen| asked.moment(seen)),
            revoked: token.revoked.is_some(),
        });
        let roles = asked.standing.roles.iter();
        Ok(AccountModel {
            login: login(asked)?,
            name: names.person(asked.person),
            roles: roles.map(|(role, area)| RoleIn { role: role.to_string(), area: names.area(*area).path }).collect(),
            second_factor: account.is_some_and(|account| account.confirmed),
            second_factor_needed: needs_second_factor(&asked.standing),
            recovery_left: store.recovery_left(asked.person)?,
            sessions: sessions.collect(),
            tokens: tokens.collect(),
        })
    }

    fn show(shell: &Shell, m: &AccountModel) -> askama::Result<String> {
        AccountView { shell, m }.render()
    }
}

/// Setting up a second factor.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FactorModel {
    /// Whether one is set up, and its code is asked for now.
    confirmed: bool,
    /// The secret to type into an authenticator app, while none is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// The same as a QR picture, as SVG.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct FactorView<'a> {
    shell: &'a Shell,
    m: &'a FactorModel,
}

/// The second factor: to be shown, or set up.
pub(crate) struct Factor;

impl Page for Factor {
    const ID: &'static str = "secondFactor";
    const SUMMARY: &'static str = "Show one's second factor, or set it up";
    type Query = Nothing;
    type Model = FactorModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<FactorModel, Trouble> {
        let account = own(asked)?;
        if account.confirmed {
            return Ok(FactorModel { confirmed: true, secret: None, qr: None });
        }
        if !matches!(asked.via, Via::Session(_)) {
            // A token cannot make itself a second factor.
            return Err(Trouble::forbidden());
        }
        let secret = match account.totp.clone() {
            Some(secret) => secret,
            None => {
                let secret = account::totp_secret(&mut asked.random());
                asked.town.store().account_put(&Account { totp: Some(secret.clone()), ..account })?;
                secret
            }
        };
        let address = account::totp_address(&secret, &login(asked)?);
        let typed = address.as_deref().and_then(|address| {
            let (_, rest) = address.split_once("secret=")?;
            rest.split('&').next().map(str::to_owned)
        });
        Ok(FactorModel { confirmed: false, secret: typed, qr: address.and_then(|address| qr(&address)) })
    }

    fn show(shell: &Shell, m: &FactorModel) -> askama::Result<String> {
        FactorView { shell, m }.render()
    }
}

/// A code of the second factor, or a recovery code.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CodeForm {
    /// Six digits, or a recovery code.
    code: String,
    /// Where to go on.
    next: Option<String>,
}

/// Shows the second factor.
pub(crate) struct ShowFactor;

impl Deed for ShowFactor {
    const ID: &'static str = "showSecondFactor";
    const SUMMARY: &'static str = "Show one's second factor, or confirm that it is set up";
    type Form = CodeForm;

    fn perform(asked: &Asked<'_>, form: CodeForm) -> Result<Done, Trouble> {
        let Via::Session(session) = asked.via else { return Err(Trouble::forbidden()) };
        let (store, account) = (asked.town.store(), own(asked)?);
        let tried = Tried::Code(asked.person);
        may_try(asked, tried)?;
        let mut right = account::totp_spend(&**store, &account, &form.code, asked.now)?;
        if !right && account.confirmed {
            right = store.recovery_spend(asked.person, &secret::code_hash(&form.code), asked.now)?;
        }
        if !right {
            if is_noted(asked.desk.lockout.failed(tried, &asked.source, false, asked.now)) {
                asked.note(Action::SecondFactor, None, Some("wrong"))?;
            }
            return Err(Trouble::field(
                "code",
                "验证码不对或已用过。请等下一个 30 秒的新码再试。",
                "This code is wrong, or was used already. Wait for the next one and try again.",
            ));
        }
        asked.desk.lockout.passed(tried, &asked.source);
        let set_up = !account.confirmed;
        if set_up {
            store.account_put(&Account { confirmed: true, ..account })?;
        }
        store.sessions_end(asked.person, Some(session), None)?;
        asked.note(Action::SecondFactor, None, Some(if set_up { "set_up" } else { "shown" }))?;
        let next = form.next.filter(|next| is_inside(next)).unwrap_or_else(|| "/".to_owned());
        let mut done = Done::new(asked, next, "已登录。", "You are signed in.");
        done.enter = true;
        if set_up {
            done.once = Some(recovery(asked)?);
        }
        Ok(done)
    }
}

/// Whether an address leads nowhere but into the console.
pub(crate) fn is_inside(next: &str) -> bool {
    // A browser drops tabs and line breaks before it reads an address: "/\t/elsewhere" leads elsewhere.
    next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.contains(char::is_control)
}

/// Whoever has failed too often waits; to wait is not to fail again.
fn may_try(asked: &Asked<'_>, tried: Tried<'_>) -> Result<(), Trouble> {
    let minutes = asked.desk.lockout.wait(tried, &asked.source, asked.now);
    if minutes == 0 {
        return Ok(());
    }
    Err(Trouble::new(
        Code::TooManyAttempts,
        format!("尝试次数过多，请 {minutes} 分钟后再试。"),
        format!("Too many attempts. Try again in {minutes} min."),
    ))
}

/// Has whoever sits there show that they are who signed in, before something is made that outlives the session.
fn show_password(asked: &Asked<'_>, field: &str, password: &str) -> Result<(), Trouble> {
    let (account, tried) = (own(asked)?, Tried::Password(asked.person));
    may_try(asked, tried)?;
    if !account::password_is(Some(&account), password) {
        if is_noted(asked.desk.lockout.failed(tried, &asked.source, false, asked.now)) {
            asked.note(Action::OwnAccount, None, Some("wrong_password"))?;
        }
        return Err(Trouble::field(field, "现在的密码不对。", "The present password is wrong."));
    }
    asked.desk.lockout.passed(tried, &asked.source);
    Ok(())
}

fn recovery(asked: &Asked<'_>) -> Result<Once, Trouble> {
    let codes = account::recovery_codes(&**asked.town.store(), asked.person, &mut asked.random())?;
    let about = asked.lang.pick(
        "恢复码：手机丢失时可用来登录，每个只能用一次。请现在抄下或打印，离开本页后不再显示。",
        "Recovery codes: each signs you in once where your phone is lost. Write them down or print them now; they are \
         not shown again.",
    );
    Ok(Once { about: about.to_owned(), codes, qr: None })
}

/// Fresh recovery codes, for whoever shows the password.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RecoveryForm {
    /// One's password.
    password: String,
}

/// Makes fresh recovery codes.
pub(crate) struct NewRecovery;

impl Deed for NewRecovery {
    const ID: &'static str = "newRecoveryCodes";
    const SUMMARY: &'static str = "Make fresh recovery codes; those before work no more";
    type Form = RecoveryForm;

    fn perform(asked: &Asked<'_>, form: RecoveryForm) -> Result<Done, Trouble> {
        let Via::Session(_) = asked.via else { return Err(Trouble::forbidden()) };
        show_password(asked, "password", &form.password)?;
        asked.note(Action::OwnAccount, None, Some("recovery_codes"))?;
        let mut done = Done::new(asked, "/account", "已生成新的恢复码。", "New recovery codes were made.");
        done.once = Some(recovery(asked)?);
        Ok(done)
    }
}

/// A new password.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PasswordForm {
    /// The present one.
    old: String,
    /// The new one: 10 characters or more.
    new: String,
}

/// Changes one's password.
pub(crate) struct SetPassword;

impl Deed for SetPassword {
    const ID: &'static str = "setPassword";
    const SUMMARY: &'static str = "Change one's password; every session ends, and every token of one's programs";
    type Form = PasswordForm;

    fn perform(asked: &Asked<'_>, form: PasswordForm) -> Result<Done, Trouble> {
        let Via::Session(_) = asked.via else { return Err(Trouble::forbidden()) };
        show_password(asked, "old", &form.old)?;
        check(&form.new, &login(asked)?)?;
        account::set_password(&**asked.town.store(), asked.person, &form.new, asked.now, &mut asked.random())?;
        asked.note(Action::OwnAccount, None, Some("password"))?;
        Ok(Done::new(
            asked,
            "/sign-in",
            "密码已更改，程序令牌已停用，请重新登录。",
            "Your password was changed and your programs' tokens revoked. Sign in again.",
        ))
    }
}

/// Whether a password may be used.
pub(crate) fn check(password: &str, login: &str) -> Result<(), Trouble> {
    account::acceptable(password, login).map_err(|weak| match weak {
        account::Weak::Short => {
            Trouble::field("password", "密码至少要 10 个字符。", "A password has 10 characters or more.")
        }
        account::Weak::Long => Trouble::field("password", "密码太长。", "This password is too long."),
        account::Weak::Obvious => Trouble::field(
            "password",
            "这个密码太容易猜到，请换一个。",
            "This password is too easy to guess. Choose another.",
        ),
    })
}

/// A token to make.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TokenForm {
    /// What it is for.
    #[schemars(length(min = 1, max = 80))]
    label: String,
    /// One's password.
    password: String,
}

/// Makes a token for a program.
pub(crate) struct NewToken;

impl Deed for NewToken {
    const ID: &'static str = "newToken";
    const SUMMARY: &'static str = "Make a token with which a program of yours acts as you do; it is shown once";
    type Form = TokenForm;

    fn perform(asked: &Asked<'_>, form: TokenForm) -> Result<Done, Trouble> {
        let Via::Session(_) = asked.via else { return Err(Trouble::forbidden()) };
        let label = form.label.trim();
        if label.is_empty() || label.len() > 240 || label.contains(char::is_control) {
            return Err(Trouble::field("label", "请写明用途（80 字以内）。", "Say what it is for, in 80 characters."));
        }
        let store = asked.town.store();
        let working = store.user_tokens(asked.person)?;
        if working.iter().filter(|token| token.revoked.is_none() && token.expires > asked.now).count() >= TOKENS {
            return Err(Trouble::invalid("令牌太多，请先停用一个。", "You have too many tokens. Revoke one first."));
        }
        show_password(asked, "password", &form.password)?;
        let token: [u8; 32] = random::bytes(&mut asked.random());
        let kept = UserToken {
            number: 0,
            person: asked.person,
            label: label.to_owned(),
            created: asked.now,
            expires: asked.now.plus_hours(24 * TOKEN_DAYS),
            revoked: None,
            seen: None,
        };
        let number = store.user_token_add(&secret::token_hash(&token), &kept)?;
        asked.note(Action::OwnAccount, Some(&number.to_string()), Some("token"))?;
        let mut done = Done::new(asked, "/account", "已生成令牌。", "The token was made.").with_id(number);
        let about = asked.lang.pick(
            "令牌：程序凭它以您的身份调用接口，90 天内有效。离开本页后不再显示。",
            "The token: a program that sends it acts as you do, for 90 days. It is not shown again.",
        );
        done.once = Some(Once {
            about: about.to_owned(),
            codes: vec![format!("qmu_{}", secret::token_text(&token))],
            qr: None,
        });
        Ok(done)
    }
}

/// One of one's tokens or sessions.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NumberForm {
    /// Its number.
    number: u64,
}

/// Revokes a token.
pub(crate) struct RevokeToken;

impl Deed for RevokeToken {
    const ID: &'static str = "revokeToken";
    const SUMMARY: &'static str = "Revoke one of your tokens";
    type Form = NumberForm;

    fn perform(asked: &Asked<'_>, form: NumberForm) -> Result<Done, Trouble> {
        if !asked.town.store().user_token_revoke(asked.person, Some(form.number), asked.now)? {
            return Err(Trouble::not_found());
        }
        asked.note(Action::OwnAccount, Some(&form.number.to_string()), Some("token_revoked"))?;
        Ok(Done::new(asked, "/account", "令牌已停用。", "The token was revoked."))
    }
}

/// Ends a session, or this one.
pub(crate) struct SignOut;

/// Which session ends.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SignOutForm {
    /// Its number; this one where it is absent.
    number: Option<u64>,
}

impl Deed for SignOut {
    const ID: &'static str = "signOut";
    const SUMMARY: &'static str = "End this session, or another of yours";
    type Form = SignOutForm;

    fn perform(asked: &Asked<'_>, form: SignOutForm) -> Result<Done, Trouble> {
        let this = match asked.via {
            Via::Session(number) => Some(number),
            Via::Token(_) => None,
        };
        let Some(number) = form.number.or(this) else { return Err(Trouble::not_found()) };
        // By the password alone nobody ends what was entered with both.
        if asked.half_in && Some(number) != this {
            return Err(Trouble::new(
                Code::SecondFactorNeeded,
                "请先完成第二步验证。",
                "Show your second factor first.",
            ));
        }
        asked.town.store().sessions_end(asked.person, Some(number), None)?;
        asked.note(Action::OwnAccount, None, Some("signed_out"))?;
        let next = if Some(number) == this { "/sign-in" } else { "/account" };
        Ok(Done::new(asked, next, "已退出登录。", "Signed out."))
    }
}
