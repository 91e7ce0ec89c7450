#include "healer/reports/incident/incident_run.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/os/file.h"
#include "base/program.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/reports/data/files.h"
#include "healer/reports/data/gather_incident.h"
#include "healer/reports/data/report_state.h"
#include "healer/reports/incident/incident_document.h"
#include "healer/reports/incident/incident_facts.h"
#include "healer/reports/render/html.h"
#include "healer/reports/render/markdown.h"
#include "healer/reports/render/units.h"
#include "healer/state/incident.h"

namespace healer::reports {
namespace {

constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
// The records before an incident's own in which the delivery of its alerts is looked for.
constexpr std::uint64_t kRecordsBefore = 2000;

}  // namespace

base::Result<IncidentFacts> read_incident(const ReadJournal& journal, std::uint64_t number,
                                          std::optional<Policy> policy_now) {
  IncidentReader reader(number);
  const auto read = journal([&](const Entry& entry) { reader.take(entry); });
  if (!read) return base::wrap(read.error(), "read the journal");
  auto facts = std::move(reader).finish(policy_now);
  if (!facts) return base::fail("the journal has no {}", incident_id(number));
  return std::move(*facts);
}

Sources sources_of(const Config& config, std::uint64_t number) {
  Sources sources{.prometheus_url = config.prometheus_url,
                  .prometheus_http = config.prometheus_http,
                  .exporter_url = config.exporter_url,
                  .exporter_http = config.exporter_http,
                  .journal = {},
                  .past = {}};
  sources.journal = [path = config.data_dir + "/journal.db", number](const auto& each) {
    return journal::SqliteJournal::read(path, each, number > kRecordsBefore ? number - kRecordsBefore : 0);
  };
  return sources;
}

base::Result<IncidentFacts> facts_of(std::uint64_t number, const Config& config, Policy policy_now) {
  return read_incident(sources_of(config, number).journal, number, policy_now);
}

std::string incident_report_name(const std::string& id, base::WallTime opened_at) {
  return fmt::format("INCIDENT_REPORT_{}_{}", id, utc_date(opened_at));
}

bool is_written(const std::string& folder, const IncidentFacts& facts) {
  const std::string path = folder + "/" + incident_report_name(facts.id, facts.opened_at);
  std::error_code error;
  if (!std::filesystem::exists(path + ".md", error)) return false;
  const IncidentReportState wanted{facts.last_record, facts.opened_at};
  const auto state = read_incident_state(path);
  if (!state) return false;  // written again, with its state
  if (*state) return **state == wanted;
  const auto text = base::read_file(path + ".md", kMostBytes);
  if (!text || text->find(escape_markdown(basis_of(facts))) == std::string::npos) return false;
  // A failure to write is no harm: the next call looks into the text again.
  [[maybe_unused]] const auto written = write_state(path, wanted);
  return true;
}

base::Result<std::string> run_incident(const IncidentRequest& order, IncidentFacts facts,
                                       const base::Clock& clock, base::Deadline deadline) {
  const std::string& folder = order.config.folder;
  if (auto made = make_folder(folder); !made) return std::unexpected(made.error());
  IncidentReport report;
  report.stack = order.stack;
  report.runbook_url = order.config.runbook_url;
  report.version = base::version();
  report.written_at = clock.now().wall;
  report.facts = std::move(facts);
  gather_incident(order.sources, order.inventory.value_or(base::Inventory{}), report, deadline);
  if (!order.inventory) {
    report.affected = Known<std::vector<Affected>>::unknown("no subsystems.yml is configured");
  }
  const Document document = document_of(report);
  const std::string path = folder + "/" + incident_report_name(report.facts.id, report.facts.opened_at);
  for (const auto& [ending, content] :
       {std::pair<const char*, std::string>{".html", to_html(document)}, {".md", to_markdown(document)}}) {
    if (auto written = base::write_atomically(path + ending, content, 0640); !written)
      return std::unexpected(written.error());
  }
  const IncidentReportState state{report.facts.last_record, report.facts.opened_at};
  if (auto written = write_state(path, state); !written) return std::unexpected(written.error());
  return path + ".md";
}

}  // namespace healer::reports
