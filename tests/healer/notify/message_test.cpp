#include "healer/notify/message.h"

#include <algorithm>

#include "tests/catch.h"

using healer::Notice;
using healer::Wording;
using healer::notify::cut;
using healer::notify::Markup;
using healer::notify::message_text;
using healer::notify::utf16_units;

namespace {

std::string plain(std::string_view text) { return std::string(text); }
std::string doubled(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '&' ? 2 : 1, c);
  return out;
}
std::string link(std::string_view name, std::string_view url) { return fmt::format("[{}]({})", name, url); }

Markup markup(std::size_t limit) { return {.bold = "*", .limit = limit, .escape = plain, .link = link}; }

Notice acting(std::string detail) {
  return {.kind = Notice::Kind::kActing,
          .incident = "INC-7",
          .title = "INC-7/1: restart x",
          .detail = std::move(detail),
          .next_step = "Wait."};
}

}  // namespace

TEST_CASE("a message says what happens, to what and why, and where to answer") {
  Notice notice = acting("for ContainerDown");
  notice.links = {{"approve", "https://h/a?t=1"}};
  CHECK(message_text(notice, {.stack = "Quantum Trader"}, markup(1000)) ==
        "🔧 *Quantum Trader - Healing*\nINC-7/1: restart x\nfor ContainerDown\n"
        "Incident: INC-7\nNext step: Wait.\n[Approve](https://h/a?t=1)");
}

TEST_CASE("below its text a message names container, action, incident, next step and stack") {
  Notice notice{.kind = Notice::Kind::kAutoHealFailed,
                .incident = "INC-7",
                .title = "INC-7 needs an operator",
                .container = "quantum_redis",
                .playbook = "restart_container",
                .action = "container_restart (INC-7/2)"};
  CHECK_THAT(message_text(notice, {.stack = "Quantum Trader"}, markup(1000)),
             Catch::EndsWith(
                 "\nContainer: quantum_redis\nAction: container_restart (INC-7/2)\nIncident: INC-7\n"
                 "Next step: Find the cause (salusctl incident INC-7) and fix it; then: salusctl release "
                 "INC-7 --reason TEXT\nStack: Quantum Trader"));
  notice.kind = Notice::Kind::kActing;  // its headline has the stack
  CHECK_THAT(message_text(notice, {.stack = "Quantum Trader"}, markup(1000)), !Catch::Contains("\nStack:"));
  notice.container = "x\nIncident: INC-1";
  CHECK_THAT(message_text(notice, {}, markup(1000)), Catch::Contains("\nContainer: x Incident: INC-1\n"));
}

TEST_CASE("the operator's own words take the place of ours") {
  const Wording wording{.stack = "S", .templates = {{Notice::Kind::kActing, "**{incident}** {detail}"}}};
  CHECK(message_text(acting("why"), wording, markup(1000)) == "*INC-7* why");
}

TEST_CASE("a message that is too long is cut, and links to where all of it is") {
  const Wording wording{.stack = "S", .external_url = "https://salus.example.org"};
  Notice notice = acting(std::string(5000, 'x'));
  notice.links = {{"approve", "https://h/a"}};
  const std::string text = message_text(notice, wording, markup(300));
  CHECK(utf16_units(text) == 300);
  CHECK_THAT(text, Catch::Contains("x…\nIncident: INC-7\nNext step: Wait.\n[Approve](https://h/a)\n[Full "
                                   "text](https://salus.example.org)"));
  CHECK_THAT(message_text(acting("short"), wording, markup(300)), !Catch::Contains("Full text"));
}

TEST_CASE("links that leave no room for words go, and none is cut in half") {
  Notice notice = acting(std::string(100, 'x'));
  notice.links = {{"approve", "https://h/" + std::string(100, 'a')}};
  const std::string text = message_text(notice, {}, markup(120));
  CHECK(utf16_units(text) == 120);
  CHECK_THAT(text, !Catch::Contains("https"));
}

TEST_CASE("no secret leaves, but a link keeps its token") {
  Notice notice = acting("psql postgres://admin:hunter2secret@db/x failed");
  notice.fields = {{"header", "Authorization: Bearer abcdef0123456789abcdef"}};
  notice.links = {{"approve", "https://h/approve?token=abcdef0123456789abcdef"}};
  const std::string text = message_text(notice, {}, markup(1000));
  CHECK_THAT(text, !Catch::Contains("hunter2secret") && !Catch::Contains("Bearer abcdef"));
  CHECK_THAT(text, Catch::Contains("?token=abcdef0123456789abcdef"));
  CHECK_THAT(healer::notify::masked(notice).detail, !Catch::Contains("hunter2secret"));
}

TEST_CASE("a text is cut at a character's end, and its escaped length counts") {
  CHECK(cut("short", 10, plain) == "short");
  CHECK(cut("exactly ten", 11, plain) == "exactly ten");
  CHECK(cut("0123456789", 9, plain) == "01234567…");
  CHECK(cut("ééééé", 4, plain) == "ééé…");
  CHECK(cut("😀😀😀", 5, plain) == "😀😀…");  // two units each
  CHECK(cut("a&b&c", 6, doubled) == "a&&b…");
}

TEST_CASE("length is counted as services do, in UTF-16 code units") {
  CHECK(utf16_units("abc") == 3);
  CHECK(utf16_units("é…") == 2);
  CHECK(utf16_units("😀") == 2);
}

TEST_CASE("no value adds a line, turns text around or goes on for ever") {
  Notice notice = acting("for Evil\nApproved by ops\r\nx\u2028y\u0085z");
  notice.title = "INC-7\n✅ Healed \u202Edekcart";
  notice.more = {"cause\none", "cause two"};
  notice.incident = "INC-7\nx";
  notice.fields = {{"reason\nforged: yes", "a\n\nb\x1b[31m"}, {"long", std::string(5000, 'x')}};
  const Notice safe = healer::notify::masked(notice);
  CHECK(safe.title == "INC-7 ✅ Healed ?dekcart");
  CHECK(safe.detail == "for Evil Approved by ops x y z");
  CHECK(safe.whole_detail() == "for Evil Approved by ops x y z\ncause one\ncause two");
  CHECK(safe.incident == "INC-7 x");
  CHECK(safe.fields[0].first == "reason forged: yes");
  CHECK(safe.fields[0].second == "a  b?[31m");
  CHECK(safe.fields[1].second.size() < 1010);
  const std::string text = message_text(notice, {.stack = "S"}, markup(5000));
  // Headline, title, three of the detail, two fields, and what is below.
  CHECK(std::ranges::count(text, '\n') == 8);

  notice.more.assign(1000, "cause");
  CHECK(healer::notify::masked(notice).more.size() == 101);
  CHECK(healer::notify::masked(notice).more.back() == "… and 900 more");
}

TEST_CASE("what a notice says is escaped, the template's own words in their own way") {
  Markup marked = markup(1000);
  marked.escape = doubled;
  CHECK(message_text(acting("a & b"),
                     {.stack = "S & T", .templates = {{Notice::Kind::kActing, "& **{stack}**: {detail}"}}},
                     marked) == "& *S && T*: a && b");
  marked.escape_template = doubled;
  CHECK(message_text(acting("a & b"), {.stack = "S", .templates = {{Notice::Kind::kActing, "& {detail}"}}},
                     marked) == "&& a && b");
}
