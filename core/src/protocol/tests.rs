//! What travels, byte for byte: a message must never change its meaning under the same version.

use super::*;
use crate::document::ChangeHash;
use crate::record::{ActorId, DeviceId, DocumentId, PersonId, Scope, Time};

fn time() -> Time {
    Time::from_millis(1_772_326_800_000)
}

fn manifest() -> Manifest {
    Manifest {
        device: DeviceId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        signed: time(),
        actors: vec![ActorId::from_bytes([3; 16])],
        count: 1,
        digest: [4; 32],
    }
}

fn batch() -> Batch<'static> {
    Batch {
        manifest: manifest(),
        signature: Signature([5; 64]),
        changes: vec![
            Sent { document: DocumentId::from_bytes([6; 16]), epoch: 0, bytes: b"change", acceptance: None },
            Sent { document: DocumentId::from_bytes([6; 16]), epoch: 0, bytes: b"healed", acceptance: Some(77) },
        ],
    }
}

fn cursor() -> Cursor {
    Cursor {
        base: 10,
        at: 12,
        log: Point { size: 20, root: [7; 32] },
        gained: vec![Gained { scope: Scope::Police, base: 0, at: 9 }],
    }
}

fn sealed() -> Sealed {
    Sealed { point: Point { size: 30, root: [11; 32] }, signature: Signature([12; 64]) }
}

fn request() -> ExchangeRequest<'static> {
    ExchangeRequest {
        version: VERSION,
        cursor: cursor(),
        scopes: ScopesDigest::of(&[Scope::Town]),
        later_seen: 3,
        page_bytes: 65_536,
        wait_seconds: 25,
        batch: Some(batch()),
        lost: Some(sealed()),
        wake_test: None,
        status: Some(status()),
    }
}

fn status() -> PhoneStatus {
    PhoneStatus {
        version: Some("1.2.0".into()),
        free_bytes: Some(3_000_000_000),
        used_bytes: Some(40_000_000),
        clock_offset: Some(-192_000),
        unsent: 12,
        unsent_since: Some(time()),
        quarantined: 2,
    }
}

fn answer() -> ExchangeAnswer<'static> {
    let grid = Scope::Grid(crate::record::AreaId::from_bytes([8; 16]));
    ExchangeAnswer {
        version: VERSION,
        now: time(),
        verdicts: Run::pack(&[
            Verdict::Accepted { sequence: 21, acceptance: 21, arrival: time() },
            Verdict::Accepted { sequence: 22, acceptance: 22, arrival: time() },
            Verdict::Refused(Refusal::field("field_not_covered", "level")),
            Verdict::Held(Refusal::new("waits_for_subject")),
            Verdict::DependsOnRefused,
        ]),
        later: vec![Later {
            number: 4,
            document: DocumentId::from_bytes([6; 16]),
            change: ChangeHash::from_bytes([9; 32]),
            verdict: Verdict::Accepted { sequence: 23, acceptance: 5, arrival: time() },
        }],
        scopes: Some(vec![Scope::Town, grid]),
        page: Some(Page {
            actors: vec![ActorNote {
                actor: ActorId::from_bytes([3; 16]),
                device: DeviceId::from_bytes([1; 16]),
                person: PersonId::from_bytes([2; 16]),
            }],
            documents: vec![PageDocument {
                id: DocumentId::from_bytes([6; 16]),
                scope: grid,
                epoch: 0,
                entries: vec![Entry { sequence: 11, acceptance: Some(5), arrival: time(), bytes: b"change" }],
            }],
            left: vec![Left { document: DocumentId::from_bytes([10; 16]), scope: Scope::Intake }],
        }),
        cursor: cursor(),
        more: true,
        diverged: false,
        seal: Some(sealed()),
        later_top: 4,
        held: 1,
        first_sent: vec![FirstSent { receipt: DocumentId::from_bytes([6; 16]), at: time() }],
        woken: None,
    }
}

/// As diagnostic notation, which shows every byte and its place.
fn shown<T: minicbor::Encode<()>>(message: &T) -> String {
    minicbor::display(&minicbor::to_vec(message).unwrap()).to_string()
}

#[test]
fn wire_messages_stay_as_they_are() {
    insta::assert_snapshot!("exchange_request", shown(&request()));
    insta::assert_snapshot!("exchange_answer", shown(&answer()));
    insta::assert_snapshot!(
        "common_request",
        shown(&CommonRequest { version: VERSION, points: vec![Point { size: 20, root: [7; 32] }] })
    );
    insta::assert_snapshot!(
        "common_answer",
        shown(&CommonAnswer { version: VERSION, common: Some(Point { size: 20, root: [7; 32] }) })
    );
    insta::assert_snapshot!("salvage_request", shown(&SalvageRequest { version: VERSION, batch: batch() }));
    insta::assert_snapshot!("salvage_answer", shown(&SalvageAnswer { version: VERSION, kept: 2 }));
    insta::assert_snapshot!(
        "enrol_request",
        shown(&EnrolRequest { version: VERSION, code: "7KQM-2XWA".into(), key: [1; 32], label: "phone".into() })
    );
    let certificate = Certificate {
        device: DeviceId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        key: [1; 32],
        issued: time(),
        signature: Signature([5; 64]),
    };
    let answer = EnrolAnswer {
        version: VERSION,
        certificate,
        server_key: [2; 32],
        token: [3; 32],
        scopes: vec![Scope::Town],
        zone: "Asia/Shanghai".into(),
        now: time(),
    };
    insta::assert_snapshot!("enrol_answer", shown(&answer));
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("{} {}", code.status(), code.word())).collect();
    insta::assert_snapshot!("problem_codes", codes.join("\n"));
    insta::assert_json_snapshot!("problem", Problem::from(Code::Revoked));
}

#[test]
fn messages_come_back_as_they_were_sent() {
    let frame = encode(&request()).unwrap();
    let plain = unpack(&frame, limits::MAX_REQUEST_INFLATED).unwrap();
    assert_eq!(decode::<ExchangeRequest<'_>>(&plain).unwrap(), request());
    let frame = encode(&answer()).unwrap();
    let plain = unpack(&frame, limits::MAX_ANSWER_INFLATED).unwrap();
    assert_eq!(decode::<ExchangeAnswer<'_>>(&plain).unwrap(), answer());
    let testing = ExchangeRequest { wake_test: Some(u64::MAX), ..request() };
    assert_eq!(decode::<ExchangeRequest<'_>>(&minicbor::to_vec(&testing).unwrap()).unwrap(), testing);
    let quiet = ExchangeRequest { status: None, ..request() };
    assert_eq!(decode::<ExchangeRequest<'_>>(&minicbor::to_vec(&quiet).unwrap()).unwrap(), quiet);
    let woken = ExchangeAnswer { woken: Some(7), ..answer() };
    assert_eq!(decode::<ExchangeAnswer<'_>>(&minicbor::to_vec(&woken).unwrap()).unwrap(), woken);
}

#[test]
fn a_newer_side_may_add_fields_behind_those_known() {
    // A salvage answer with a third field.
    let mut newer = Vec::new();
    minicbor::Encoder::new(&mut newer).array(3).unwrap().u16(2).unwrap().u32(7).unwrap().str("more").unwrap();
    assert_eq!(decode::<SalvageAnswer>(&newer).unwrap(), SalvageAnswer { version: 2, kept: 7 });
}

#[test]
fn a_request_of_a_phone_that_tells_no_status_is_taken() {
    let older = ExchangeRequest { status: None, ..request() };
    // As a phone wrote it that knew of nothing behind `lost`: eight places.
    let mut plain = Vec::new();
    let mut out = minicbor::Encoder::new(&mut plain);
    out.array(8).unwrap().u16(older.version).unwrap().encode(&older.cursor).unwrap().encode(older.scopes).unwrap();
    out.u64(older.later_seen).unwrap().u32(older.page_bytes).unwrap().u16(older.wait_seconds).unwrap();
    out.encode(&older.batch).unwrap().encode(older.lost).unwrap();
    assert_eq!(decode::<ExchangeRequest<'_>>(&plain).unwrap(), older);
}

#[test]
fn a_frame_that_inflates_past_the_limit_is_refused_whatever_it_claims() {
    let bomb = zstd::bulk::compress(&vec![0; 4 * 1024 * 1024], 19).unwrap();
    assert!(bomb.len() < 1024);
    assert!(matches!(unpack(&bomb, 1024 * 1024), Err(WireError::TooLarge(_) | WireError::Frame)));
    assert!(matches!(unpack(b"not a frame", 1024), Err(WireError::Frame)));
    let frame = encode(&request()).unwrap();
    for cut in 0..frame.len() {
        assert!(unpack(&frame[..cut], limits::MAX_REQUEST_INFLATED).is_err() || cut == 0);
    }
    let mut plain = unpack(&frame, limits::MAX_REQUEST_INFLATED).unwrap();
    plain.push(0);
    assert!(decode::<ExchangeRequest<'_>>(&plain).is_err(), "something follows the message");
}

#[test]
fn runs_of_verdicts_count_up_and_come_back() {
    let verdicts: Vec<Verdict> = (1..=1000)
        .map(|sequence| Verdict::Accepted { sequence, acceptance: sequence, arrival: time() })
        .chain([Verdict::DependsOnRefused, Verdict::DependsOnRefused])
        .chain([Verdict::Accepted { sequence: 2000, acceptance: 7, arrival: time() }])
        .collect();
    let runs = Run::pack(&verdicts);
    assert_eq!(runs.len(), 3);
    assert_eq!(Run::unpack(&runs, usize::MAX), verdicts);
    let claim = Run { count: u32::MAX, verdict: Verdict::DependsOnRefused };
    assert_eq!(Run::unpack(&[claim], 10).len(), 10, "a claimed count allocates nothing past the limit");
}
