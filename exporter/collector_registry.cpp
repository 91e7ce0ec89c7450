#include "exporter/collector_registry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text/exposition.h"

namespace exporter {
namespace {

constexpr Family kSuccess{"salus_collector_success", kGauge, "collector",
                          "1 when the collector's last run succeeded, 0 when it failed or hangs."};
constexpr Family kDuration{"salus_collector_duration_seconds", kGauge, "collector",
                           "How long the collector's last run took, or has lasted so far when it hangs."};
constexpr Family kLastRun{"salus_collector_last_run_timestamp_seconds", kGauge, "collector",
                          "When the collector's last finished run began, successful or not."};

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::vector<Family> registry_families() { return {kSuccess, kDuration, kLastRun}; }

std::string CollectorRegistry::page() const {
  auto success = open_family(kSuccess);
  auto duration = open_family(kDuration);
  auto last_run = open_family(kLastRun);
  std::vector<std::shared_ptr<const std::string>> texts;
  std::size_t bytes = 0;
  for (const View& view : views()) {
    const bool good = view.last && view.last->success && !view.overdue;
    base::add_sample(success, {{"collector", view.name}}, good ? 1 : 0);
    if (view.last || view.overdue) {
      base::add_sample(duration, {{"collector", view.name}},
                       seconds(view.overdue ? view.lasting : view.last->duration));
    }
    if (view.last) {
      base::add_sample(last_run, {{"collector", view.name}}, base::unix_seconds(view.last->began));
    }
    if (view.text) {
      bytes += view.text->size();
      texts.push_back(view.text);
    }
  }
  const std::string head = base::expose({std::move(success), std::move(duration), std::move(last_run)});
  std::string page;
  page.reserve(head.size() + bytes);
  page += head;
  for (const auto& text : texts) page += *text;
  return page;
}

std::vector<View> CollectorRegistry::views() const {
  std::vector<View> views;
  views.reserve(runners_.size());
  for (const auto& runner : runners_) views.push_back(runner->view());
  return views;
}

std::shared_ptr<Runner> CollectorRegistry::find(std::string_view name) const {
  const auto found = std::ranges::find(runners_, name, [](const auto& runner) { return runner->name(); });
  return found == runners_.end() ? nullptr : *found;
}

bool CollectorRegistry::warm() const {
  return std::ranges::all_of(views(), [](const View& view) { return view.last || view.overdue; });
}

std::vector<Refreshed> CollectorRegistry::refresh(const std::vector<std::string>& names,
                                                  base::Deadline deadline) const {
  // All runs are requested before any is waited for, so that they run in parallel.
  std::vector<std::pair<const Runner*, Run>> asked;
  for (const auto& runner : runners_) {
    if (names.empty() || std::ranges::find(names, runner->name()) != names.end()) {
      asked.emplace_back(runner.get(), runner->request());
    }
  }
  const auto start = clock_.now();
  std::vector<Refreshed> refreshed;
  for (const auto& [runner, run] : asked) {
    auto outcome = runner->wait(run, deadline);
    if (!outcome) {
      const base::Duration waited = clock_.now().mono - start.mono;
      outcome = Outcome{false, "the run did not end in time", waited, start.wall};
    }
    refreshed.push_back({runner->name(), std::move(*outcome)});
  }
  return refreshed;
}

CollectorRegistry::Runners stop(const CollectorRegistry::Runners& runners, base::Deadline deadline) {
  for (const auto& runner : runners) runner->request_stop();
  CollectorRegistry::Runners hanging;
  std::ranges::copy_if(runners, std::back_inserter(hanging),
                       [&](const auto& runner) { return !runner->wait_end(deadline); });
  return hanging;
}

}  // namespace exporter
