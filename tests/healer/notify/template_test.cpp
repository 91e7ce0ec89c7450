#include "healer/notify/template.h"

#include <set>

#include "tests/catch.h"

using healer::Notice;
using healer::notify::Piece;
using healer::notify::template_problem;

namespace {

std::string render(std::string_view text, const Notice& notice, std::string_view stack,
                   std::string_view bold) {
  std::string whole;
  for (const Piece& piece : healer::notify::render(text, notice, stack, bold)) whole += piece.text;
  return whole;
}

std::string by_default(const Notice& notice) {
  return render(healer::about(notice.kind).default_template, notice, "Quantum Trader", "**");
}

}  // namespace

TEST_CASE("a breach of the logs' limits is reported in the words of the specification") {
  const Notice notice{.kind = Notice::Kind::kAutoHealTriggered,
                      .incident = "INC-7",
                      .title = "INC-7/1: restart container quantum_ai_engine",
                      .fields = {{"reason", "353 critical events (threshold: 5); 482 errors (threshold: 50)"},
                                 {"critical_events", "353"},
                                 {"errors", "482"},
                                 {"warnings", "10"},
                                 {"container_restarts", "1"},
                                 {"container", "quantum_ai_engine"},
                                 {"action", "restart container quantum_ai_engine"},
                                 {"next_step", "verify for up to 5m, then an operator"}}};
  CHECK(by_default(notice) ==
        "🚨 **Quantum Trader - Auto-Heal Triggered**\n"
        "\n"
        "**Reason:** 353 critical events (threshold: 5); 482 errors (threshold: 50)\n"
        "**Critical Events:** 353\n"
        "**Errors:** 482\n"
        "**Container Restarts:** 1\n"
        "\n"
        "Auto-heal process initiated.\n"
        "\n"
        "Container: quantum_ai_engine\n"
        "Action: restart container quantum_ai_engine\n"
        "Incident: INC-7\n"
        "Next: verify for up to 5m, then an operator\n"
        "Stack: Quantum Trader");
}

TEST_CASE("unknown counts are left out, and not invented") {
  CHECK(
      by_default({.kind = Notice::Kind::kAutoHealTriggered, .fields = {{"reason", "ContainerRestarting"}}}) ==
      "🚨 **Quantum Trader - Auto-Heal Triggered**\n\n**Reason:** ContainerRestarting\n\n"
      "Auto-heal process initiated.\n\nNext: No action needed: the healer verifies the result and reports "
      "it.\n"
      "Stack: Quantum Trader");
}

TEST_CASE("the end of healing begins with the words of the specification") {
  CHECK(by_default({.kind = Notice::Kind::kAutoHealCompleted}) == "✅ Auto-heal completed successfully");
  CHECK_THAT(by_default({.kind = Notice::Kind::kAutoHealFailed, .title = "INC-7 needs an operator"}),
             Catch::StartsWith("❌ Auto-heal failed\nINC-7 needs an operator\n"));
}

TEST_CASE("the weekly check is reported in the words of the specification") {
  const Notice notice{.kind = Notice::Kind::kWeeklyReport,
                      .fields = {{"date", "2025-12-17"},
                                 {"status", "✅ All checks passed"},
                                 {"report", "/var/lib/salus/reports/WEEKLY_HEALTH_REPORT_2025-12-17.md"}}};
  CHECK(render(healer::about(notice.kind).default_template, notice, "Quantum Trader v3", "**") ==
        "**Quantum Trader v3 - Weekly Health Check**\n"
        "Date: 2025-12-17\n"
        "Status: ✅ All checks passed\n"
        "\n"
        "Full report: /var/lib/salus/reports/WEEKLY_HEALTH_REPORT_2025-12-17.md");
}

TEST_CASE("every kind of notice has its own headline and a template without a problem") {
  std::set<std::string> headlines;
  for (std::size_t i = 0; i < healer::kNoticeKinds; ++i) {
    const auto kind = static_cast<Notice::Kind>(i);
    CHECK(template_problem(kind, healer::about(kind).default_template) == std::nullopt);
    const std::string text = by_default({.kind = kind, .title = "t"});
    headlines.insert(text.substr(0, text.find('\n')));
  }
  CHECK(headlines.size() == healer::kNoticeKinds);
}

TEST_CASE("any field can be in any line, and a line of empty fields goes") {
  const Notice notice{.kind = Notice::Kind::kTaskFailed,
                      .incident = "INC-3",
                      .title = "log rotation failed",
                      .fields = {{"task", "log_rotation"}, {"freed", "12 MB"}},
                      .at = base::WallTime(std::chrono::seconds(1765944000))};
  CHECK(render("{stack}/{kind}/{incident}", notice, "S", "") == "S/task_failed/INC-3");
  CHECK(render("{title}\n{detail}\n{task}", notice, "S", "") == "log rotation failed\nlog_rotation");
  CHECK(render("{date} {time}", notice, "S", "") == "2025-12-17 2025-12-17T04:00:00.000Z");
  CHECK(render("{fields}", notice, "S", "") == "task: log_rotation\nfreed: 12 MB");
  CHECK(render("{container}{playbook}{action}|{next_step}", {.kind = Notice::Kind::kHealed}, "S", "") ==
        "|No action needed.");
  CHECK(render("{{literal}} {task}", notice, "S", "") == "{literal} log_rotation");
}

TEST_CASE("bold is the template's, never the notice's") {
  CHECK(render("**{title}**", {.title = "removed /var/**/old"}, "S", "*") == "*removed /var/**/old*");
}

TEST_CASE("what the notice says is distinguished from the template's own words") {
  const auto pieces = healer::notify::render("**{title}** {{x}}\n{detail}",
                                             {.title = "**t**", .detail = "d", .more = {"e"}}, "S", "*");
  std::string own, said;
  for (const Piece& piece : pieces) (piece.of_template ? own : said) += piece.text + "|";
  CHECK(said == "**t**|d\ne|");
  CHECK(own == "*|* |{|x|}|\n|");
}

TEST_CASE("a template that cannot be rendered says why") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"", "must not be empty"},
      {"{reasons}", "unknown field {reasons} of task_failed; expected one of: stack, kind,"},
      {"{report}", "unknown field {report}"},
      {"{title", "unmatched {"},
      {"{title\n}", "unmatched {"},
      {"title}", "unmatched }"},
  }));
  CAPTURE(text);
  const auto found = template_problem(Notice::Kind::kTaskFailed, text);
  REQUIRE(found);
  CHECK_THAT(*found, Catch::Contains(problem));
}
