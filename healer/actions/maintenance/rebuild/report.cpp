#include "healer/actions/maintenance/rebuild/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/os/file.h"
#include "healer/reports/render/html.h"
#include "healer/reports/render/markdown.h"
#include "healer/reports/render/units.h"

namespace healer::rebuild {
namespace {

using namespace reports;
using validation::Verdict;

Cell outcome(Step::Outcome of) {
  switch (of) {
    case Step::Outcome::kDone:
      return {"done", Status::kGood};
    case Step::Outcome::kFailed:
      return {"failed", Status::kBad};
    case Step::Outcome::kSkipped:
      break;
  }
  return "not done";
}

// sha256:0123456789ab…
std::string short_id(const std::string& id) { return id.substr(0, 19); }

std::string rate_of(std::size_t good, std::size_t all) {
  return all == 0 ? "–" : percent(static_cast<double>(good) / static_cast<double>(all));
}

struct Tally {
  std::size_t good = 0;
  std::size_t all = 0;
  base::Duration took{};
};

Tally tally_of(const validation::Phase& suite) {
  const std::size_t good = suite.count(Verdict::kPass);
  return {good, good + suite.count(Verdict::kFail), suite.took};
}

Cell verdict(Verdict of) {
  switch (of) {
    case Verdict::kPass:
      return {"passed", Status::kGood};
    case Verdict::kFail:
      return {"failed", Status::kBad};
    case Verdict::kSkipped:
      break;
  }
  return "information";
}

// What was found; a check that passed without one found what is required.
std::string detail_of(const validation::Check& check) {
  if (!check.detail.empty()) return check.detail;
  return check.verdict == Verdict::kPass ? "as required" : "–";
}

const validation::Phase* suite_of(const Rebuild& rebuild, std::string_view name) {
  const auto found = std::ranges::find(rebuild.suites, name, &validation::Phase::name);
  return found == rebuild.suites.end() ? nullptr : &*found;
}

void add_summary(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Summary", "summary"});
  document.add(
      Callout{rebuild.passed() ? Status::kGood : Status::kBad,
              Line().strong(rebuild.words()).plain(fmt::format(". It took {}.", spoken(rebuild.took)))});
  if (const Step* failed = rebuild.failed())
    document.add(Paragraph{Line().strong(failed->name).plain(" failed: " + failed->detail)});
}

void add_phases(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Phases", "phases"});
  Table table{{{"Phase"}, {"Outcome"}, {"Time", true}, {"Detail"}}, {}};
  for (const Step& step : rebuild.steps)
    table.rows.push_back({step.name, outcome(step.outcome), spoken(step.took), step.detail});
  document.add(std::move(table));
}

void add_tests(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Stability check", "stability"});
  if (rebuild.suites.empty()) {
    document.add(Paragraph{"It did not run."});
    return;
  }
  for (const validation::Phase& suite : rebuild.suites) {
    document.add(Heading{3, fmt::format("{}: {}", suite.name, suite.detail), "suite-" + suite.name});
    if (suite.checks.empty()) continue;
    Table table{{{"Test"}, {"Status"}, {"Detail"}}, {}};
    for (const validation::Check& check : suite.checks)
      table.rows.push_back({check.name, verdict(check.verdict), detail_of(check)});
    document.add(std::move(table));
  }
}

void add_failures(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Bugs and failures found", "failures"});
  Table table{{{"Where"}, {"What"}, {"Reason"}}, {}};
  if (const Step* failed = rebuild.failed()) table.rows.push_back({"phases", failed->name, failed->detail});
  for (const validation::Phase& suite : rebuild.suites) {
    for (const validation::Check& check : suite.checks) {
      if (check.verdict == Verdict::kFail) table.rows.push_back({suite.name, check.name, check.detail});
    }
  }
  if (table.rows.empty()) {
    document.add(Paragraph{"None."});
  } else {
    document.add(std::move(table));
  }
}

void add_environment(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Environment variables checked", "environment"});
  const validation::Phase* suite = suite_of(rebuild, "environment");
  if (suite == nullptr || suite->checks.empty()) {
    document.add(Paragraph{suite == nullptr ? "They were not checked." : "None are configured."});
    return;
  }
  Table table{{{"Container and variable"}, {"Status"}, {"Detail"}}, {}};
  for (const validation::Check& check : suite->checks)
    table.rows.push_back({Line().code(check.name), verdict(check.verdict), detail_of(check)});
  document.add(std::move(table));
}

void add_actions(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Actions taken", "actions"});
  Bullets actions;
  for (const Step& step : rebuild.steps) {
    if (step.outcome == Step::Outcome::kSkipped) continue;
    actions.items.emplace_back(fmt::format(
        "{}{}: {}", step.name, step.outcome == Step::Outcome::kFailed ? " (failed)" : "", step.detail));
  }
  for (const std::string& volume : rebuild.lost) actions.items.emplace_back("removed volume " + volume);
  for (const std::string& volume : rebuild.kept)
    actions.items.emplace_back("volume that was not removed: " + volume);
  if (actions.items.empty()) {
    document.add(Paragraph{"None."});
  } else {
    document.add(std::move(actions));
  }
}

void add_checklist(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Verification checklist", "checklist"});
  Bullets checklist;
  const auto item = [&](bool done, const std::string& what) {
    checklist.items.emplace_back(fmt::format("{} {}", done ? "✅" : "❌", what));
  };
  for (const Step& step : rebuild.steps) {
    if (step.name != "volumes" || step.outcome != Step::Outcome::kSkipped)
      item(step.outcome == Step::Outcome::kDone, fmt::format("Phase {} done", step.name));
  }
  for (const validation::Phase& suite : rebuild.suites)
    item(suite.passed, fmt::format("Suite {} passed ({})", suite.name, suite.detail));
  if (rebuild.suites.empty()) item(false, "Stability check run");
  document.add(std::move(checklist));
}

void add_results(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Results", "results"});
  Table table{{{"Test Suite"}, {"Tests", true}, {"Duration", true}, {"Pass Rate", true}}, {}};
  Tally total;
  for (const validation::Phase& suite : rebuild.suites) {
    const Tally tally = tally_of(suite);
    table.rows.push_back(
        {suite.name, std::to_string(tally.all), spoken(tally.took), rate_of(tally.good, tally.all)});
    total.good += tally.good;
    total.all += tally.all;
    total.took += tally.took;
  }
  table.rows.push_back({Line().strong("TOTAL"), std::to_string(total.all), spoken(total.took),
                        rate_of(total.good, total.all)});
  document.add(std::move(table));
}

void add_resources(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Container resources", "resources"});
  const std::string unknown(kUnknownWord);
  const auto size = [](std::uint64_t of) { return bytes(static_cast<double>(of)); };
  Table table{{{"CONTAINER"}, {"CPU", true}, {"MEM USAGE / LIMIT", true}, {"MEM %", true}, {"NET I/O", true}},
              {}};
  for (const Change& change : rebuild.containers) {
    const bool limited = change.memory && change.memory_limit > 0;
    table.rows.push_back(
        {change.container, change.cpu ? percent(*change.cpu) : unknown,
         fmt::format("{} / {}", change.memory ? size(*change.memory) : unknown,
                     change.memory_limit == 0 ? "no limit" : size(change.memory_limit)),
         limited ? percent(static_cast<double>(*change.memory) / static_cast<double>(change.memory_limit))
                 : "–",
         change.received && change.sent ? fmt::format("{} / {}", size(*change.received), size(*change.sent))
                                        : unknown});
  }
  document.add(std::move(table));
  document.add(
      Paragraph{"CPU: of one core, while the stability check ran. Memory: the working set at its end. "
                "Network: received "
                "and sent since the container's start."});
}

void add_components(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "State of each component", "components"});
  const validation::Phase* suite = suite_of(rebuild, "containers");
  const auto state_of = [&](const std::string& container) -> Cell {
    if (suite == nullptr) return {"not checked", Status::kUnknown};
    const auto check = std::ranges::find(suite->checks, container, &validation::Check::name);
    if (check == suite->checks.end()) return {"not checked", Status::kUnknown};
    return check->verdict == Verdict::kPass ? Cell{"running", Status::kGood}
                                            : Cell{check->detail, Status::kBad};
  };
  const auto id = [](const std::string& of) {
    return of.empty() ? Cell{std::string(kUnknownWord), Status::kUnknown} : Cell{Line().code(short_id(of))};
  };
  Table table{{{"Component"}, {"State"}, {"Image"}, {"Before"}, {"After"}}, {}};
  for (const Change& change : rebuild.containers)
    table.rows.push_back({change.container, state_of(change.container), change.image, id(change.image_before),
                          id(change.image_after)});
  document.add(std::move(table));
}

void add_next_steps(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "How to go on", "next-steps"});
  document.add(Paragraph{rebuild.next_steps.empty() ? "Nothing is left to do." : rebuild.next_steps});
}

}  // namespace

Document report(const Rebuild& rebuild, std::string_view stack) {
  Document document{.title = fmt::format("{}: full restart {}", stack, utc(rebuild.began)), .blocks = {}};
  document.add(Heading{1, document.title, ""});
  for (const auto add : {add_summary, add_phases, add_tests, add_failures, add_environment, add_actions,
                         add_checklist, add_results, add_resources, add_components, add_next_steps})
    add(rebuild, document);
  return document;
}

std::string report_name(base::WallTime at) {
  std::string time = base::rfc3339(at).substr(0, 19);  // 2025-12-17T04:00:00
  std::erase_if(time, [](char sign) { return sign == '-' || sign == ':'; });
  std::ranges::replace(time, 'T', '_');
  return "RESTART_REPORT_" + time;
}

base::Result<std::string> write_report(const Rebuild& rebuild, std::string_view stack,
                                       const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return base::fail("{}: {}", folder, error.message());
  const Document document = report(rebuild, stack);
  const std::string path = folder + "/" + report_name(rebuild.began);
  if (auto written = base::write_atomically(path + ".html", to_html(document), 0640); !written)
    return std::unexpected(written.error());
  if (auto written = base::write_atomically(path + ".md", to_markdown(document), 0640); !written)
    return std::unexpected(written.error());
  return path + ".md";
}

}  // namespace healer::rebuild
