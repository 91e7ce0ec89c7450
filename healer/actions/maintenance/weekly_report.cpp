#include "healer/actions/maintenance/weekly_report.h"

#include "healer/actions/maintenance/validation/validation.h"
#include "healer/actions/run_progress.h"
#include "healer/config/config.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/model/incident_id.h"
#include "healer/model/validation_words.h"
#include "healer/reports/data/files.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_run.h"

namespace healer::actions {
namespace {

// Reports nothing: no operator waits.
class Silent final : public Progress {
 public:
  void line(std::string) override {}
  void result(bool) override {}
};

class WeeklyReport final : public Action, public ReportsProgress {
 public:
  explicit WeeklyReport(const World& world) : world_(world) {}

  std::string describe(const Target&) const override {
    return fmt::format("write the weekly report into {}", world_.config->reports.folder);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    return run_as({}, target, deadline);
  }

  base::Result<Outcome> run_as(const RunId& run, const Target& target, base::Deadline deadline) override {
    Silent silent;
    return run_reporting(silent, run, target, deadline);
  }

  base::Result<Outcome> run_reporting(Progress& progress, const RunId& run, const Target&,
                                      base::Deadline deadline) override {
    const base::WallTime now = world_.clock.now().wall;
    return write(progress, requested(run) ? reports::week_until(now) : reports::week_before(now), deadline);
  }

 private:
  static constexpr base::Duration kToWrite = std::chrono::seconds(10);

  std::string journal() const { return world_.config->data_dir + "/journal.db"; }

  // Whether an operator started the run, not the alert that the report is due.
  bool requested(const RunId& run) const {
    const auto number = parse_incident_id(run.id.substr(0, run.id.find('/')));
    if (!number) return false;
    bool by_operator = false;
    // Without a journal, the report is that of the last whole week.
    [[maybe_unused]] const auto read = journal::SqliteJournal::read(
        journal(),
        [&](const Entry& entry) {
          const auto* opened = std::get_if<IncidentOpened>(&entry.record.fact);
          if (entry.seq == *number && opened != nullptr) by_operator = !opened->started_by.empty();
        },
        *number);
    return by_operator;
  }

  base::Result<Outcome> write(Progress& progress, reports::Window window, base::Deadline deadline) {
    const Config& config = *world_.config;
    if (config.reports.folder.empty()) return base::fail("reports.folder is not configured");
    reports::WeeklyOrder order{.stack = config.stack,
                               .config = config.reports,
                               .sources = {.prometheus_url = config.prometheus_url,
                                           .prometheus_http = config.prometheus_http,
                                           .exporter_url = config.exporter_url,
                                           .exporter_http = config.exporter_http,
                                           .journal = {},
                                           .past = {}},
                               .window = window,
                               .validate = {}};
    if (world_.prometheus != nullptr) {
      // The remaining time is for the report itself.
      order.validate = [this, &progress](base::Deadline until) {
        return validation::validate(world_.config->validation, *world_.prometheus, world_.clock,
                                    until.within(until.remaining() - kToWrite), [&](std::size_t phase) {
                                      progress.line(validation::progress_line(phase));
                                    });
      };
    }
    order.sources.journal = [path = journal()](const auto& each) {
      return journal::SqliteJournal::read(path, each);
    };
    const auto done = reports::run_weekly(std::move(order), world_.clock, deadline);
    if (!done) return std::unexpected(done.error());
    progress.line("✅ Weekly health report saved → " + done->path);
    progress.line("Weekly Health Check: " + done->status);
    progress.result(done->weekly.validation && done->weekly.validation->passed());
    return Outcome{.detail = fmt::format("Weekly Health Check: {} ({})", done->status, done->path),
                   .written = Written{.what = Written::What::kWeeklyReport,
                                      .date = reports::utc_date(done->weekly.window.to),
                                      .status = done->status,
                                      .path = done->path}};
  }

  World world_;
};

}  // namespace

std::unique_ptr<Action> make_weekly_report(const base::yaml::Node& parameters, const World& world) {
  parameters.only({});
  return std::make_unique<WeeklyReport>(world);
}

}  // namespace healer::actions
