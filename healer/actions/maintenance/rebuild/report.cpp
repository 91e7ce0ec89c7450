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

void add_phases(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Phases", "phases"});
  Table table{{{"Phase"}, {"Outcome"}, {"Took", true}, {"What was done"}}, {}};
  for (const Step& step : rebuild.steps)
    table.rows.push_back({step.name, outcome(step.outcome), spoken(step.took), step.detail});
  document.add(std::move(table));
}

void add_volumes(const Rebuild& rebuild, Document& document) {
  if (rebuild.lost.empty() && rebuild.kept.empty()) return;
  document.add(Heading{2, "Data that was lost", "lost"});
  if (rebuild.lost.empty()) document.add(Paragraph{"None: no volume was removed."});
  Bullets lost;
  for (const std::string& volume : rebuild.lost) lost.items.emplace_back("volume " + volume);
  if (!lost.items.empty()) document.add(std::move(lost));
  if (rebuild.kept.empty()) return;
  document.add(Paragraph{"Kept:"});
  Bullets kept;
  for (const std::string& volume : rebuild.kept) kept.items.emplace_back("volume " + volume);
  document.add(std::move(kept));
}

void add_suites(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Stability check", "stability"});
  if (rebuild.suites.empty()) {
    document.add(Paragraph{"It did not run."});
    return;
  }
  Table table{
      {{"Suite"}, {"Outcome"}, {"Tests", true}, {"Passed", true}, {"Pass rate", true}, {"Took", true}}, {}};
  Table failures{{{"Suite"}, {"Test"}, {"Reason"}}, {}};
  for (const validation::Phase& suite : rebuild.suites) {
    const std::size_t good = suite.count(Verdict::kPass);
    const std::size_t all = good + suite.count(Verdict::kFail);
    Cell how = suite.passed ? Cell{"passed", Status::kGood} : Cell{"failed", Status::kBad};
    if (all == 0) how = "nothing is configured";
    table.rows.push_back({suite.name, std::move(how), std::to_string(all), std::to_string(good),
                          all == 0 ? "–" : percent(static_cast<double>(good) / static_cast<double>(all)),
                          spoken(suite.took)});
    for (const validation::Check& check : suite.checks) {
      if (check.verdict == Verdict::kFail) failures.rows.push_back({suite.name, check.name, check.detail});
    }
  }
  document.add(std::move(table));
  document.add(Heading{3, "What failed", "failed"});
  if (failures.rows.empty()) {
    document.add(Paragraph{"None."});
  } else {
    document.add(std::move(failures));
  }
}

void add_containers(const Rebuild& rebuild, Document& document) {
  document.add(Heading{2, "Containers", "containers"});
  Table table{
      {{"Container"}, {"Image"}, {"Before"}, {"After"}, {"CPU", true}, {"Memory", true}, {"Limit", true}},
      {}};
  const auto id = [](const std::string& of) {
    return of.empty() ? Cell{std::string(kUnknownWord), Status::kUnknown} : Cell{Line().code(short_id(of))};
  };
  for (const Change& change : rebuild.containers) {
    table.rows.push_back(
        {change.container, change.image, id(change.image_before), id(change.image_after),
         change.cpu ? percent(*change.cpu) : std::string(kUnknownWord),
         change.memory ? bytes(static_cast<double>(*change.memory)) : std::string(kUnknownWord),
         change.memory_limit == 0 ? "–" : bytes(static_cast<double>(change.memory_limit))});
  }
  document.add(std::move(table));
  document.add(
      Paragraph{"CPU: of one core, while the stability check ran. Memory: the working set at its end."});
}

}  // namespace

Document report(const Rebuild& rebuild, std::string_view stack) {
  Document document{.title = fmt::format("{}: full restart {}", stack, utc(rebuild.began)), .blocks = {}};
  document.add(Heading{1, document.title, ""});
  document.add(
      Callout{rebuild.passed() ? Status::kGood : Status::kBad,
              Line().strong(rebuild.words()).plain(fmt::format(". It took {}.", spoken(rebuild.took)))});
  if (const Step* failed = rebuild.failed())
    document.add(Paragraph{Line().strong(failed->name).plain(" failed: " + failed->detail)});
  if (!rebuild.next_steps.empty()) {
    document.add(Heading{2, "Next steps", "go-on"});
    document.add(Paragraph{rebuild.next_steps});
  }
  add_phases(rebuild, document);
  add_volumes(rebuild, document);
  add_suites(rebuild, document);
  add_containers(rebuild, document);
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
