"""The library as a shell sees it: its Python bindings against a real server.

Run by ffi/smoke. Each test is one thing that a worker's phone must do; the town is made by the server's command line.
"""

import asyncio
import json
import os
import secrets
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import qiaomen as q

SERVER = os.environ["QIAOMEN_SERVER"]
FIRST = q.Page(skip=0, take=50)


class Keys(q.KeyStore):
    def __init__(self):
        self.key = secrets.token_bytes(32)
        self.locked = False

    def store_key(self):
        if self.locked:
            raise q.ShellError.Unavailable()
        return self.key


class Clock(q.DeviceClock):
    def __init__(self):
        self.boot = secrets.token_bytes(16)
        self.broken = False

    def read(self):
        if self.broken:
            raise RuntimeError("no clock: 王芳")
        return q.ClockReading(
            wall=time.time_ns() // 1_000_000, monotonic=time.monotonic_ns() // 1_000_000, boot=self.boot
        )


class Net(q.NetworkState):
    def __init__(self):
        self.state = q.Network.UNMETERED

    def network(self):
        return self.state


class Board(q.Notifier):
    def __init__(self):
        self.shown = []
        self.broken = False

    def show(self, notice):
        if self.broken:
            raise q.ShellError.Unavailable()
        self.shown.append(notice)


class Ears(q.Observer):
    def __init__(self):
        self.nouns = set()
        self.steps = []

    def changed(self, nouns):
        self.nouns.update(nouns)

    def progress(self, progress):
        self.steps.append(progress)


class Phone:
    """One phone: its file, what its shell brings, and its replica."""

    def __init__(self, town, name):
        self.town, self.path = town, str(Path(town.place) / f"{name}-{secrets.token_hex(4)}.db")
        self.keys, self.clock, self.net, self.board, self.ears = Keys(), Clock(), Net(), Board(), Ears()
        self.open()

    def open(self):
        self.replica = q.Replica.open(self.path, self.keys, self.clock, self.net, self.board, self.ears)
        self.replica.set_server(q.Server(address=self.town.address))

    def restart(self):
        del self.replica
        self.open()

    def enrol(self, login):
        asyncio.run(self.replica.enrol(self.town.invite(login), "test"))
        return self

    def sync(self):
        return asyncio.run(self.replica.sync().run())


class Town:
    """A town in a folder of its own, made by the command line, served by a process."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="qiaomen-smoke-")
        self.place = self.folder.name
        self.data = f"{self.place}/town"
        self.run("user", "add", "admin", "--name", "管理员", "--role", "administrator")
        areas = Path(self.place) / "areas.csv"
        areas.write_text(
            "name,level,parent,telephone\n青石镇,town,,0371-12000000\n河东村,village,青石镇,\n"
            "第一网格,grid,河东村,\n第二网格,grid,河东村,\n",
            encoding="utf-8",
        )
        self.run("import", "areas", str(areas), "--as", "admin", "--apply")
        grid = "河东村/第一网格"
        for login, name, role in [
            ("wang", "王芳", f"volunteer@{grid}"),
            ("li", "李强", f"volunteer@{grid}"),
            ("zhao", "赵警官", "police@青石镇"),
            ("sun", "孙队长", "team_head@河东村"),
            ("chen", "陈刚", f"volunteer@{grid}"),
        ]:
            self.run("user", "add", login, "--name", name, "--role", role, "--as", "admin")
        self.log = open(f"{self.place}/serve.log", "wb")
        self.server = subprocess.Popen(
            [SERVER, "serve", "--listen", "127.0.0.1:0", "--data", self.data], stdout=subprocess.PIPE, stderr=self.log
        )
        line = self.server.stdout.readline().decode()
        self.address = next(word.rstrip(".,") for word in line.split() if word.startswith("http://"))

    def run(self, *arguments):
        done = subprocess.run([SERVER, *arguments, "--data", self.data], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def invite(self, login):
        return json.loads(self.run("invite", login, "--as", "admin", "--json"))["code"]

    def end(self):
        self.server.terminate()
        self.server.wait(30)
        self.server.stdout.close()
        self.log.close()
        self.folder.cleanup()


def address(room):
    return q.Address(building="3", unit="1", floor=2, room=room, group=None, number=None)


def door(phone, room, *names):
    residents = [
        q.ResidentEntry(
            id=phone.replica.new_id(),
            resident=q.Resident(
                name=name,
                telephones=["12000010000"],
                birth_year=1950,
                tags=[q.ResidentTag.ELDERLY()],
                app_installed=None,
                left_town=False,
                left_to=None,
                left_contact=None,
                removed=False,
            ),
        )
        for name in names
    ]
    return q.Household(
        address=address(room),
        door=q.Door.LIVED_IN(),
        note=None,
        residents=residents,
        grid=None,
        removed=False,
        merged_into=None,
        counterparts=[],
    )


def visit(household, **changed):
    now = time.time_ns() // 1_000_000
    fields = dict(
        purpose=q.Purpose.DOOR(),
        household=household,
        alert=None,
        outcome=q.Outcome.MET(),
        met_target=None,
        met=[],
        met_others=None,
        started=now - 60_000,
        ended=now,
        position=None,
        given=[q.Given.OPEN_LETTER()],
        explained=[q.Explained.LOAN(), q.Explained.APP()],
        observations=[],
        note=None,
        risk=None,
        next_step=None,
        dissuasion=None,
        photos=None,
    )
    return q.Visit(**{**fields, **changed})


def same(one, **changed):
    """A copy of a record with some fields changed."""
    return type(one)(**{**vars(one), **changed})


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.town = Town()
        cls.wang = Phone(cls.town, "wang").enrol("wang")
        cls.wang.sync()
        cls.grid = next(scope.area for scope in cls.wang.replica.scopes() if isinstance(scope, q.Scope.GRID))

    @classmethod
    def tearDownClass(cls):
        cls.town.end()

    def add_door(self, phone, room, *names):
        return phone.replica.households().save(self.grid, door(phone, room, *names))

    def test_enrol(self):
        phone = Phone(self.town, "new")
        self.assertIsNone(phone.replica.identity())
        with self.assertRaises(q.QiaomenError.NotEnrolled):
            phone.sync()
        with self.assertRaises(q.QiaomenError.Refused) as refused:
            asyncio.run(phone.replica.enrol("AAAA-AAAA-AAAA-AAAA", "test"))
        self.assertEqual(refused.exception.code, "code_unknown")
        code = self.town.invite("wang")
        found = q.read_invitation(f"qiaomen:{self.town.address}#{code}")
        self.assertEqual((found.server, found.code), (self.town.address, code))
        self.assertIsNone(q.read_invitation("https://elsewhere.example"))
        asyncio.run(phone.replica.enrol(code, "test"))
        self.assertEqual(phone.replica.identity().person, self.wang.replica.people().me())
        with self.assertRaises(q.QiaomenError.Refused) as refused:
            asyncio.run(phone.replica.enrol(code, "test"))
        self.assertEqual(refused.exception.code, "code_used")
        self.assertFalse(phone.replica.corrected_time().doubtful)
        self.assertIn(q.Noun.IDENTITY, phone.ears.nouns)

    def test_a_visit_from_draft_to_the_other_phone(self):
        wang, li = self.wang, Phone(self.town, "li").enrol("li")
        wang.net.state = q.Network.ABSENT
        home = self.add_door(wang, "201", "王建国", "张秀英")
        wang.ears.nouns.clear()
        who = wang.replica.households().get(home).record.residents[0]
        draft = wang.replica.visits().draft(None, visit(home, met=[who.id]))
        self.assertEqual(wang.ears.nouns, {q.Noun.DRAFTS})
        # The app dies: the draft is there again.
        wang.restart()
        found = wang.replica.drafts().get(draft)
        self.assertIsInstance(found.record, q.AnyRecord.OF_VISIT)
        self.assertEqual(found.record.record.met, [who.id])
        wang.replica.visits().finish(draft)
        self.assertEqual(wang.replica.drafts().list(), [])
        self.assertEqual(wang.replica.mark(draft), q.SyncMark.WAITING)
        with self.assertRaises(q.QiaomenError.Offline):
            wang.sync()
        wang.net.state = q.Network.METERED
        wang.ears.steps.clear()
        summary = wang.sync()
        self.assertEqual((summary.accepted, summary.refused), (2, 0))
        self.assertEqual(wang.ears.steps[-1].sent, wang.ears.steps[-1].to_send)
        self.assertEqual(wang.replica.mark(draft), q.SyncMark.SENT)
        self.assertEqual(wang.replica.sync().waiting(), 0)
        li.sync()
        lines = li.replica.households().find("wjg", FIRST)
        self.assertEqual([line.household.id for line in lines], [home])
        self.assertIsInstance(lines[0].found[0].place, q.FoundPlace.SPELLING)
        kept = li.replica.visits().get(draft)
        self.assertEqual(kept.record, wang.replica.visits().get(draft).record)
        self.assertEqual(kept.about.header.author, wang.replica.people().me())
        self.assertIsNotNone(kept.about.arrival)
        order = q.HouseholdOrder.WALKING
        self.assertIn(home, [line.household.id for line in li.replica.households().list(self.grid, order, FIRST)])
        everything = q.Period(_from=None, until=None)
        self.assertGreaterEqual(li.replica.doors().coverage(None, everything).visited, 1)
        self.assertGreaterEqual(li.replica.doors().by_grid(None, everything)[0].coverage.doors, 1)
        happened = li.replica.timeline().household(home, FIRST)
        self.assertEqual([type(entry.record) for entry in happened], [q.AnyRecord.OF_VISIT])

    def test_what_does_not_hold_together_names_its_field(self):
        wang = self.wang
        home = self.add_door(wang, "301", "李娜")
        with self.assertRaises(q.QiaomenError.Invalid) as invalid:
            wang.replica.visits().save(visit(home, ended=0))
        self.assertEqual(invalid.exception.field, "ended")
        self.assertEqual(invalid.exception.reason, q.InvalidReason.BEFORE(other="started"))
        with self.assertRaises(q.QiaomenError.Invalid) as invalid:
            wang.replica.visits().save(visit("no identifier"))
        self.assertEqual((invalid.exception.field, invalid.exception.reason), ("household", q.InvalidReason.MALFORMED()))
        with self.assertRaises(q.QiaomenError.NotFound):
            wang.replica.visits().save(visit(wang.replica.new_id()))

    def test_a_conflict_is_shown_and_settled(self):
        wang, li = self.wang, Phone(self.town, "li").enrol("li")
        home = self.add_door(wang, "401", "刘洋")
        wang.sync(), li.sync()
        for phone, note in [(wang, "狗"), (li, "门铃坏了")]:
            before = phone.replica.households().get(home).record
            self.assertTrue(phone.replica.households().edit(home, before, same(before, note=note)))
            self.assertFalse(phone.replica.households().edit(home, before, before))
        wang.sync(), li.sync(), wang.sync()
        found = wang.replica.conflicts().get(home)
        self.assertEqual([conflict.path for conflict in found.fields], [["note"]])
        values = found.fields[0].values
        self.assertEqual({value.value.value for value in values}, {"狗", "门铃坏了"})
        self.assertEqual(
            {value.person for value in values}, {wang.replica.people().me(), li.replica.people().me()}
        )
        self.assertEqual(values[0].value.value, wang.replica.households().get(home).record.note)
        self.assertEqual(wang.replica.households().get(home).about.conflicts, 1)
        self.assertIn(home, [record.id for record in li.replica.conflicts().list(FIRST)])
        self.assertTrue(wang.replica.conflicts().settle(home, ["note"], q.FieldValue.TEXT(value="狗，门铃坏了")))
        self.assertEqual(wang.replica.conflicts().get(home).fields, [])

    def test_a_refusal_is_kept_with_its_reason(self):
        wang, li = self.wang, Phone(self.town, "li").enrol("li")
        home = self.add_door(wang, "501", "陈静")
        made = wang.replica.visits().save(visit(home))
        wang.sync(), li.sync()
        before = li.replica.visits().get(made).record
        li.replica.visits().edit(made, before, same(before, note="别人写的"))
        self.assertEqual(li.sync().refused, 1)
        entry = li.replica.quarantine().list()[0]
        self.assertEqual((entry.document, entry.code, entry.whole), (made, "not_permitted", False))
        self.assertTrue(entry.reason_zh and entry.reason_en)
        self.assertEqual(entry.record.record.note, "别人写的")
        self.assertEqual([(edit.path, edit.value.value) for edit in entry.edits], [(["note"], "别人写的")])
        self.assertEqual(li.replica.visits().get(made).about.mark, q.SyncMark.REFUSED)
        self.assertIn("别人写的", json.loads(li.replica.quarantine().export(entry.item))["record"]["note"])
        self.assertIn(q.NoticeKind.REFUSED, [notice.kind for notice in li.replica.notices().plan().show])
        # What the notifier could not show is told again, what it showed is not.
        li.board.broken = True
        li.replica.notices().tell()
        li.board.broken = False
        li.replica.notices().tell()
        self.assertEqual([notice.kind for notice in li.board.shown], [q.NoticeKind.REFUSED])
        li.replica.notices().tell()
        self.assertEqual(len(li.board.shown), 1)
        li.replica.quarantine().discard(entry.item)
        self.assertEqual(li.replica.figures().quarantined, 0)

    def test_an_alert_from_its_message_to_its_dossier(self):
        zhao, sun = (Phone(self.town, login).enrol(login) for login in ("zhao", "sun"))
        zhao.sync(), sun.sync()
        root = zhao.replica.areas().below(None)[0]
        village = zhao.replica.areas().below(root.id)[0]
        text = "预警信息：张伟，电话13800000001，高危，涉嫌刷单返利，住河东村3号楼2单元。"
        pasted = zhao.replica.alerts().understand(text, village.id)
        self.assertEqual(len(pasted), 1)
        self.assertIsInstance(pasted[0].who, q.WhoIsMeant.NOBODY)
        draft = same(pasted[0].draft, name=pasted[0].draft.name or "张伟", issuer="反诈中心")
        alert = zhao.replica.alerts().create(draft)
        zhao.sync(), sun.sync()
        self.assertIn(q.NoticeKind.NEW_ALERT, [notice.kind for notice in sun.replica.notices().plan().show])
        tasks = sun.replica.tasks().list(FIRST)
        self.assertEqual(tasks[0].alert, alert)
        self.assertGreater(tasks[0].left_ms, 0)
        sun.replica.alerts().seen(alert)
        sun.replica.alerts().receipt(alert)
        sun.replica.alerts().hand_over(alert, self.wang.replica.people().me(), "就近")
        sun.sync(), self.wang.sync()
        offer = self.wang.replica.tasks().custody(alert).offers[0]
        self.assertEqual(offer._from, sun.replica.people().me())
        self.wang.replica.alerts().accept(alert, offer.document)
        told = q.Dissuasion(
            steps=[q.DissuasionStep.IDENTITY_SHOWN()], fraud=q.FraudKind.REFUND_REBATE_TASK(), script=None,
            deeply_taken_in=False, brought_in=[], ways=[], place=None, officers=None, team=None, courtesy=True,
            recorded_with=None, recorded_by=None, kept_at=None, kept_as=None, care=[],
        )
        photos = q.PhotoNote(
            taken_with=q.TakenWith.CAMERA(), taken_by=None, kept_at=q.KeptAt.POLICE(), kept_as="影像-7"
        )
        made = self.wang.replica.visits().save(
            visit(None, alert=alert, purpose=q.Purpose.DISSUASION(), given=[], risk=q.Risk.NO_FURTHER(), dissuasion=told,
                  photos=photos)
        )
        self.wang.replica.alerts().stop_payment(alert, q.StopStep.ASKED(), "农业银行")
        self.wang.sync(), zhao.sync()
        custody = zhao.replica.tasks().custody(alert)
        self.assertEqual((custody.owner.person, custody.owner.came), (self.wang.replica.people().me(), q.Came.HANDED_OVER))
        self.assertEqual(zhao.replica.tasks().standing(alert).result, q.CaseResult.RUNNING)
        self.assertIsNotNone(zhao.replica.tasks().standing(alert).met)
        self.assertIn(q.DueState.DONE, [due.state for due in zhao.replica.tasks().of_case(alert).list])
        there = next(entry for entry in zhao.replica.dossiers().of(alert) if entry.id == made)
        self.assertEqual(there.record.record.photos, photos)
        self.assertIsInstance(there.recording, q.RecordingState.MISSING)
        self.assertIn(made, [kept.id for kept in zhao.replica.alerts().file(alert)])
        self.assertEqual(zhao.replica.timeline().case(alert, FIRST)[-1].id, alert)
        self.assertGreaterEqual(zhao.replica.tasks().figures().due, 1)
        with self.assertRaises(q.QiaomenError.NotFound):
            zhao.replica.tasks().standing(zhao.replica.new_id())

    def test_a_pledge_with_its_signature(self):
        wang = self.wang
        home = self.add_door(wang, "601", "周敏")
        who = wang.replica.households().get(home).record.residents[0].id
        words = wang.replica.pledges().words(q.Language.ZH())
        signature = q.Signature(
            strokes=[q.Stroke(points=[q.SignaturePoint(x=at * 10, y=5, millis=at * 16) for at in range(30)])]
        )
        pledge = q.Pledge(
            household=home, resident=who, template=words.template, version=words.version,
            at=wang.replica.corrected_time().time, signature=signature, proxy=None, witness=None, archive_number=None,
            corrects=None, void=False, note=None,
        )
        made = wang.replica.pledges().save(pledge)
        self.assertEqual(wang.replica.pledges().get(made).record, pledge)
        self.assertEqual(wang.replica.pledges().signed_words(pledge), words)
        wang.sync()
        self.assertEqual(wang.replica.mark(made), q.SyncMark.SENT)

    def test_the_round_of_a_grid(self):
        wang = self.wang
        first, second, third = (self.add_door(wang, room, name) for room, name in [("801", "唐慧"), ("803", "冯军"), ("805", "韩梅")])
        wang.replica.visits().save(visit(second, outcome=q.Outcome.NOBODY_HOME(), given=[], explained=[]))
        wang.replica.visits().save(visit(third))
        spots = {spot.household: spot for spot in wang.replica.doors().walk(self.grid)}
        walk = [household for household in spots if household in (first, second, third)]
        self.assertEqual(walk, [first, second, third])
        reach = [spots[household].reach for household in walk]
        self.assertEqual(reach, [q.DoorReach.NEVER_TRIED, q.DoorReach.IN_VAIN, q.DoorReach.VISITED])
        self.assertEqual([spots[household].last_visit is None for household in walk], [True, False, False])
        self.assertEqual((spots[first].residents, spots[first].pledged, spots[first].alert), (1, False, None))
        self.assertEqual([wang.replica.doors().after(household) for household in walk[:2]], walk[1:])
        lines = wang.replica.households().list(self.grid, q.HouseholdOrder.WALKING, q.Page(skip=0, take=500))
        self.assertEqual([line.household.id for line in lines], list(spots))
        self.assertIsNone(wang.replica.doors().after(list(spots)[-1]))
        # An alert about somebody there is seen from the stairwell.
        zhao = Phone(self.town, "zhao").enrol("zhao")
        zhao.sync()
        village = zhao.replica.areas().below(zhao.replica.areas().below(None)[0].id)[0]
        draft = zhao.replica.alerts().understand("预警：唐慧，电话13800000009，特危，刷单。", village.id)[0].draft
        wang.sync()
        zhao.sync()
        zhao.replica.alerts().create(same(draft, name="唐慧", household=first, issuer="反诈中心"))
        spots = {spot.household: spot for spot in zhao.replica.doors().walk(self.grid)}
        self.assertEqual((spots[first].alert, spots[second].alert), (draft.level, None))
        with self.assertRaises(q.QiaomenError.NotFound):
            wang.replica.doors().walk(wang.replica.new_id())

    def test_what_would_be_complained_of_is_said_before_it_is_saved(self):
        wang = self.wang
        home = self.add_door(wang, "901", "邓超")
        wang.replica.visits().check(visit(home))
        with self.assertRaises(q.QiaomenError.Invalid) as invalid:
            wang.replica.visits().check(visit(home, ended=0))
        self.assertEqual(invalid.exception.field, "ended")
        with self.assertRaises(q.QiaomenError.NotFound):
            wang.replica.visits().check(visit(wang.replica.new_id()))
        self.assertEqual(wang.replica.visits().of_household(home, FIRST), [])

    def test_what_is_being_typed_survives(self):
        phone = Phone(self.town, "typing")
        phone.replica.forms().keep("pledge.1", "签到一半")
        phone.restart()
        self.assertEqual(phone.replica.forms().get("pledge.1"), "签到一半")
        self.assertEqual(phone.replica.forms().keys(), ["pledge.1"])
        self.assertTrue(phone.replica.forms().discard("pledge.1"))
        with self.assertRaises(q.QiaomenError.Invalid):
            phone.replica.forms().keep("", "…")

    def test_what_the_server_holds_is_listed(self):
        chen = Phone(self.town, "chen").enrol("chen")
        home = self.add_door(self.wang, "951", "沈丽")
        self.wang.sync(), chen.sync()
        before = chen.replica.households().get(home).record
        grid = "河东村/第一网格"
        self.town.run("user", "set", "chen", "--role", "volunteer@河东村/第二网格", "--end-role", f"volunteer@{grid}", "--as", "admin")
        chen.replica.households().edit(home, before, same(before, note="狗"))
        self.assertEqual(chen.sync().held, 1)
        self.assertEqual([entry.document for entry in chen.replica.sync().held(FIRST)], [home])
        self.assertEqual(chen.replica.sync().held(FIRST)[0].because, chen.replica.held_because(home))
        self.assertEqual(chen.replica.held_because(home).code, "needs_decision")
        self.town.run("user", "set", "chen", "--role", f"volunteer@{grid}", "--end-role", "volunteer@河东村/第二网格", "--as", "admin")

    def test_what_a_phone_reads_without_a_network(self):
        replica = self.wang.replica
        self.assertEqual(len(replica.scripts().list(q.Language.ZH())), 10)
        self.assertFalse(replica.scripts().for_kind(q.FraudKind.ROMANCE(), q.Language.EN()).own)
        self.assertEqual(replica.reminders().current(), [])
        self.assertEqual(replica.settings().phases(), [])
        self.assertTrue(replica.settings().rules_in_force(0).startswith("builtin"))
        self.assertIsNone(replica.routings().of(q.Level.HIGH()))
        self.assertEqual(replica.duties().on(self.grid), [])
        self.assertEqual(replica.areas().get(self.grid).record.level, q.AreaLevel.GRID())
        self.assertIn("王芳", [person.record.name for person in replica.people().list(FIRST)])
        self.assertEqual(replica.organisations().list(None, FIRST), [])
        self.assertEqual(replica.aside(), [])

    def test_a_badge_that_a_resident_can_check(self):
        wang = self.wang
        wang.net.state = q.Network.ABSENT
        badge = wang.replica.badge()
        wang.net.state = q.Network.UNMETERED
        self.assertEqual((badge.name, badge.town, badge.telephone), ("王芳", "青石镇", "0371-12000000"))
        self.assertLessEqual(badge.until - time.time_ns() // 1_000_000, 600_000)
        size = badge.qr.size
        self.assertEqual(len(badge.qr.dark), size * size)
        rows = [badge.qr.dark[at * size : (at + 1) * size] for at in range(size)]
        # The three corners that a scanner looks for.
        for corner in (rows[0][:7], rows[0][-7:], rows[-1][:7], [row[0] for row in rows[:7]]):
            self.assertTrue(all(corner))
        self.assertFalse(rows[7][7])
        with urllib.request.urlopen(badge.url) as page:
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            text = page.read().decode()
        self.assertIn("王芳", text)
        self.assertIn("tel:037112000000", text)
        with self.assertRaises(urllib.error.HTTPError) as none:
            urllib.request.urlopen(badge.url[:-4])
        with none.exception as page:
            self.assertEqual(page.code, 404)
            self.assertNotIn("王芳", page.read().decode())
        with self.assertRaises(q.QiaomenError.NotFound):
            # Joined, and never exchanged: it does not know its person's name.
            Phone(self.town, "fresh").enrol("li").replica.badge()

    def test_today_and_the_grids(self):
        wang = self.wang
        home = self.add_door(wang, "971", "何洁")
        before = wang.replica.tasks().today()
        for _ in range(2):
            wang.replica.visits().save(visit(home))
        today = wang.replica.tasks().today()
        self.assertEqual((today.visits, today.doors), (before.visits + 2, before.doors + 1))
        line = wang.replica.households().grids()[0]
        self.assertEqual((line.grid, line.name, line.above), (self.grid, "第一网格", ["青石镇", "河东村"]))
        self.assertEqual(line.phase, None)
        self.assertTrue(line.doors >= line.visited >= 1)

    def test_texts_and_positions_ask_no_replica(self):
        text = "😀验证码是 483920，卡号6222 0200 0000 0000"
        found = q.sensitive(text)
        self.assertEqual(found[0].kind, q.SensitiveKind.VERIFICATION_CODE)
        units = text.encode("utf-16-le")
        cut = units[found[0]._from * 2 : found[0].until * 2].decode("utf-16-le")
        self.assertEqual(cut, "483920")
        self.assertEqual(q.sensitive(q.masked(text)), [])
        self.assertIn("验证码是 ******", q.masked(text))
        here = q.Position(latitude=311774276, longitude=1215272106, datum=q.Datum.WGS84(), accuracy=9)
        there = q.position_as(here, q.Datum.GCJ02())
        self.assertEqual((there.datum, there.accuracy), (q.Datum.GCJ02(), 9))
        self.assertLess(abs(there.latitude - 311753040), 10)
        back = q.position_as(there, q.Datum.WGS84())
        self.assertLess(max(abs(back.latitude - here.latitude), abs(back.longitude - here.longitude)), 10)
        self.assertIsNone(q.position_as(here, q.Datum.UNSTATED()))

    def test_a_sync_is_cancelled(self):
        phone = Phone(self.town, "chen").enrol("chen")
        phone.sync()
        begun = time.monotonic()
        threading.Timer(0.5, phone.replica.sync().cancel).start()
        with self.assertRaises(q.QiaomenError.Cancelled):
            asyncio.run(phone.replica.sync().poll(30))

        async def given_up():
            await asyncio.wait_for(phone.replica.sync().poll(30), 0.5)

        with self.assertRaises((asyncio.TimeoutError, TimeoutError)):
            asyncio.run(given_up())
        # Nothing of it holds the next one up.
        phone.sync()
        self.assertLess(time.monotonic() - begun, 10)

    def test_duty_and_being_woken(self):
        phone = Phone(self.town, "chen").enrol("chen")
        phone.sync()
        phone.replica.duty().set(True)
        advice = phone.replica.duty().poll_advice()
        self.assertTrue(advice.keeps_alive and phone.replica.duty().is_on())
        phone.replica.duty().begin_test()
        for _ in range(3):
            asyncio.run(phone.replica.sync().poll(advice.wait_seconds))
            if phone.replica.duty().last_test().woken:
                break
        self.assertIsNotNone(phone.replica.duty().last_test().woken)

    def test_the_shell_fails(self):
        phone = Phone(self.town, "broken")
        phone.clock.broken = True
        with self.assertRaises(q.QiaomenError.Unexpected) as failed:
            phone.replica.corrected_time()
        self.assertNotIn("王芳", str(failed.exception))
        phone.clock.broken = False
        del phone.replica
        phone.keys.locked = True
        with self.assertRaises(q.QiaomenError.KeyUnavailable):
            phone.open()
        phone.keys.locked, phone.keys.key = False, bytes(32)
        with self.assertRaises(q.QiaomenError.DamagedStore):
            phone.open()
        aside = q.put_store_aside(phone.path, 5)
        self.assertTrue(Path(aside).exists() and not Path(phone.path).exists())
        with self.assertRaises(q.QiaomenError.Invalid):
            self.wang.replica.set_server(q.Server(address="http://town.example"))

    def test_a_revoked_phone_locks_and_hands_in_its_work(self):
        phone = Phone(self.town, "chen").enrol("chen")
        phone.replica.sync().set_shell(q.ShellStatus(version="0.1", free_bytes=10**9, used_bytes=10**6))
        phone.sync()
        home = self.add_door(phone, "701", "吴磊")
        devices = self.town.run("device", "list")
        self.assertIn(phone.replica.identity().device[:8], devices)
        self.town.run("device", "revoke", phone.replica.identity().device)
        with self.assertRaises(q.QiaomenError.Revoked):
            phone.sync()
        self.assertTrue(phone.replica.is_locked())
        with self.assertRaises(q.QiaomenError.Revoked):
            phone.replica.households().get(home)
        self.assertEqual(phone.replica.sync().waiting(), 1)
        self.assertEqual(asyncio.run(phone.replica.sync().salvage()), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
