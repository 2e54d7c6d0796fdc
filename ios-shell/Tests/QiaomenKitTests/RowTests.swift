// Records, fields, cases and doors in rows.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite struct RowTests {
    private let zh = Sample.zh

    @Test func aVisitSaysWhomOneMetAndWhatWasDone() throws {
        var visit = Sample.visit(forAlert: true)
        visit.metTarget = true
        visit.met = [Sample.he]
        visit.metOthers = "女儿"
        visit.given = [.openLetter]
        visit.explained = [.app]
        visit.risk = .mayBeDefraudedAgain
        visit.note = "说在等快递退款"
        var said = Sample.dissuasion()
        said.steps = [.identityShown]
        said.recordedWith = .telephone
        said.recordedBy = "王芳"
        said.keptAt = .device
        said.keptAs = "VID_1"
        visit.dissuasion = said
        let row = Sample.telling().row(
            KeptRecord(id: "id", record: .ofVisit(record: visit), about: Sample.about()))
        #expect(row.title == "见面劝阻 · 见到本人")
        #expect(row.metaText == "李强（志愿者） · 今天 11:50")
        let body = try #require(row.bodyText)
        for part in ["何秀兰、女儿", "公开信", "可能再次被骗", "王芳", "VID_1", "说在等快递退款"] {
            #expect(body.contains(part), "\(part) is not in \(body)")
        }
        #expect(row.mark == nil)
        let doubtful = Sample.telling().row(
            KeptRecord(id: "id", record: .ofVisit(record: visit), about: Sample.about(mark: .held, doubtful: true)),
            "督导员要看")
        #expect(doubtful.doubtful && doubtful.mark == .held)
        #expect(doubtful.markText?.contains("督导员要看") == true)
        let waiting = Sample.telling().row(
            KeptRecord(id: "id", record: .ofVisit(record: visit), about: Sample.about(mark: .waiting)))
        #expect(waiting.mark == .waiting && waiting.markText == nil)
    }

    @Test func fieldsAreToldInWords() {
        let teller = FieldTeller(teller: Sample.telling())
        #expect(teller.label(["residents", Sample.he, "telephones"]) == "何秀兰 · 电话")
        #expect(teller.value(["risk"], .text(value: "none")) == zh.word("risk", "noFurther"))
        #expect(teller.value(["outcome"], .text(value: "nobody_home")) == zh.word("outcome", "nobodyHome"))
        #expect(teller.value(["started"], .number(value: Sample.noon)) == "今天 12:00")
        #expect(teller.value(["note"], .cleared) == zh("value.empty"))
        let bytes = Data([0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xc1])
        #expect(teller.value(["resident"], .binary(value: bytes)) == "何秀兰")
        #expect(teller.value(["signature"], .binary(value: Data([1]))) == zh("value.signature"))
    }

    @Test func whatIsOverdueComesFirst() {
        func due(_ kind: DueKind, _ at: Int64, _ state: DueState) -> DueVisit {
            DueVisit(
                kind: kind, due: at, born: 0, passes: 0, ends: nil, state: state, doneAt: nil, lateMinutes: 5,
                attempts: 2)
        }
        let list = [
            due(.feedback, Sample.noon + 1, .open), due(.secondVisit, Sample.noon + 9, .overdue),
            due(.firstContact, Sample.noon, .done),
        ]
        #expect(CaseRows.next(list)?.kind == .secondVisit)
        let card = Sample.telling().taskCard(
            "a", "何秀兰", "high", due(.secondVisit, Sample.noon + Sample.day, .open), nil, justDone: false)
        #expect(!card.soon && !card.overdue && card.attemptsText != nil)
        #expect(zh.deadline(Sample.noon + 12 * 60 * Sample.minute, Sample.noon).contains("今天"))
    }

    @Test func whatSomebodyTookAndTheServerHasNotConfirmedIsTheirs() {
        var custody = Custody(owner: nil, holders: [], offers: [], contests: [], unconfirmed: [])
        #expect(!CaseRows.isMine(custody, Sample.me))
        custody.unconfirmed = [
            Unconfirmed(person: Sample.me, document: "d", at: Sample.noon, what: .taken(offer: nil))
        ]
        let card = Sample.telling().custodyCard(custody, Sample.me)
        #expect(card.mine && card.unconfirmedTexts.count == 1)
        custody.owner = Holder(person: Sample.li, document: "o", at: Sample.noon, came: .first, by: Sample.li)
        #expect(!CaseRows.isMine(custody, Sample.me))
        custody.offers = [Offer(document: "offer", from: Sample.li, to: Sample.me, at: Sample.noon)]
        #expect(Sample.telling().custodyCard(custody, Sample.me).offers.map(\.toMe) == [true])
        custody.unconfirmed = [
            Unconfirmed(person: Sample.me, document: "d", at: Sample.noon, what: .taken(offer: "offer"))
        ]
        #expect(CaseRows.isMine(custody, Sample.me))
    }

    @Test func doorsStandAsOneWalks() throws {
        func spot(_ id: String, _ floor: Int64?, _ room: String, _ mark: DoorMark) -> Spot {
            Spot(id: id, address: Sample.address("3", "1", floor, room), mark: mark, visited: mark == .visited)
        }
        let spots = [spot("a", 1, "101", .visited), spot("b", nil, "201", .never), spot("c", 2, "202", .alert)]
        let row = try #require(zh.blocks(spots).first)
        #expect(row.doors == 3 && row.visited == 1)
        let block = try #require(zh.block(spots, row.code))
        #expect(block.units.map(\.floors.count) == [2])
        #expect(block.units[0].floors[1].cells.map(\.id) == ["b", "c"])
        #expect(block.units[0].floors[0].cells[0].label.contains("3号楼1单元101"))
        #expect(zh.block(spots, "g:") == nil)
    }

    @Test func aMapAppIsToldWhereAndNotToWhom() throws {
        var alert = Sample.fraudAlert()
        alert.places = [
            PlaceEntry(id: Sample.place, place: Place(label: "work", address: "镇政府旁的超市", position: nil)),
            PlaceEntry(id: Sample.door, place: Place(label: "home", address: "", position: nil)),
        ]
        let told = Sample.telling().places(alert, "3号楼1单元201").map { $0.map(latitude: 30.2, longitude: 120.1) }
        let expected = ["镇政府旁的超市", "住处", "3号楼1单元201"]
        #expect(told == expected.map { Effect.map(latitude: 30.2, longitude: 120.1, label: $0) })
        for map in told {
            for secret in [alert.name, try #require(alert.telephone)] { #expect(!"\(map)".contains(secret)) }
        }
    }

    @Test func buttonsAreThoseThatCanSucceed() {
        let standing = CaseStanding(
            level: .high, seriesEnds: Sample.noon, result: .running, met: nil, cleared: nil, sentAfterAlert: nil,
            accident: nil, fenAfterAlert: 0, stopPaymentOwed: true, releaseOwed: false)
        var now = CaseNow(
            held: [Assignment(role: .volunteer, area: "grid", ended: false)], custody: CustodyCard(), owned: false,
            standing: standing, due: [], stopped: [], hasTelephone: false, hasPlace: true)
        #expect(now.actions.first == .take)
        #expect(now.actions.contains(.stopPayment) && !now.actions.contains(.call) && !now.actions.contains(.clear))
        now.held = [Assignment(role: .supervisor, area: "town", ended: false)]
        #expect(now.actions.contains(.handOver) && !now.actions.contains(.recordVisit))
        now.standing.result = .recalled
        #expect(now.actions == [.navigate, .badge, .comment, .dossier])
    }
}
