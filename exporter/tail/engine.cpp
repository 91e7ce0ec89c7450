#include "exporter/tail/engine.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/os/wake_up.h"

namespace exporter::tail {
namespace {

constexpr auto kIdleCheck = std::chrono::milliseconds(200);
// The longest time between two checkpoints, however long one takes.
constexpr auto kLongestPause = std::chrono::minutes(1);

}  // namespace

Engine::Engine(const base::Clock& clock, EventSink* sink)
    : clock_(clock),
      sink_(sink),
      registry_(clock),
      idle_([this](const std::stop_token& stop) { end_idle_events(stop); }) {}

Engine::~Engine() { stop(); }

std::uint64_t Engine::configure(EngineSettings settings) {
  std::lock_guard lock(configuring_);
  if (stopped_) return configuration_;
  settings_ = std::move(settings);
  if (const auto read = load(); !read) {
    base::log::error("failed to read the log state; no logs are followed", {{"error", read.error().message}});
    return ++configuration_;
  }
  apply();
  // Checked at the start, not only when the first line has come.
  if (const auto written = write(); !written) {
    base::log::error("failed to write the log state; log counts do not change until it is written",
                     {{"error", written.error().message}});
  }
  return ++configuration_;
}

void Engine::retire(std::uint64_t configuration) {
  std::lock_guard lock(configuring_);
  if (configuration != configuration_ || stopped_) return;
  settings_.sources.clear();
  apply();
  if (const auto written = write(); !written) {
    base::log::warn("failed to write the log state", {{"error", written.error().message}});
  }
}

base::Result<> Engine::load() {
  if (loaded_) return {};
  auto loaded = Checkpoint(settings_.state_folder).load(clock_.now().wall);
  if (!loaded) return std::unexpected(loaded.error());
  loaded_ = true;
  if (!loaded->quarantined.empty()) {
    base::log::error("log state quarantined; logs are followed from their ends",
                     {{"reason", loaded->quarantined}});
    from_end_ = true;
  }
  std::lock_guard lock(shown_mutex_);
  status_.quarantined = from_end_;
  // Durable counts may be shown before the first checkpoint of this process.
  for (const SourceState& state : loaded->sources) {
    status_.written = state.written;
    shown_[state.source] = Pipeline(state.source, {}, clock_, &state).snapshot().view;
  }
  registry_.restore(std::move(loaded->sources));
  return {};
}

void Engine::apply() {
  std::map<std::string, const SourcePlan*> wanted;
  for (const SourcePlan& plan : settings_.sources) wanted[plan.name] = &plan;
  std::erase_if(running_, [&](auto& entry) {
    auto& [name, running] = entry;
    const auto plan = wanted.find(name);
    if (plan != wanted.end() && plan->second->text == running.text) return false;
    running.source->stop();
    if (plan == wanted.end()) running.source->forget();
    return true;
  });
  for (const SourcePlan& plan : settings_.sources) {
    if (running_.contains(plan.name)) continue;
    Running& running = running_[plan.name];
    running = {plan.text, plan.make({registry_, sink_, clock_, from_end_})};
    running.source->start();
  }
  if (std::ranges::none_of(settings_.sources, &SourcePlan::finds_sources)) {
    registry_.forget_unopened([](const std::string&) { return true; });
  }
}

base::Result<> Engine::checkpoint() {
  std::lock_guard lock(configuring_);
  if (stopped_) return {};
  if (!loaded_) {
    if (auto read = load(); !read) return std::unexpected(read.error());
    apply();
  }
  return clock_.now().mono < next_write_ ? base::Result<>{} : write();
}

base::Result<> Engine::write() {
  const auto began = clock_.now();
  std::vector<SourceState> states = registry_.unopened();
  const auto pipelines = registry_.all();
  std::set<std::string> names;
  for (const SourceState& state : states) names.insert(state.source);
  for (const auto& pipeline : pipelines) names.insert(pipeline->source());
  const bool same = std::ranges::all_of(pipelines, [&](const auto& pipeline) {
    const auto known = durable_.find(pipeline->source());
    return known != durable_.end() && known->second.of.lock() == pipeline &&
           known->second.version == pipeline->version();
  });
  if (same && names == durable_names_ && settings_.state_folder == durable_folder_) return {};

  std::map<std::string, Durable> durable;
  std::map<std::string, SourceView> views;
  for (const auto& pipeline : pipelines) {
    auto snapshot = pipeline->snapshot();
    durable[pipeline->source()] = {pipeline, snapshot.version};
    views[pipeline->source()] = std::move(snapshot.view);
    states.push_back(std::move(snapshot.state));
  }
  const auto saved = Checkpoint(settings_.state_folder).save(states, began.wall);
  const auto ended = clock_.now().mono;
  next_write_ = ended + std::min<base::Duration>(kWritingShare * (ended - began.mono), kLongestPause);
  std::lock_guard lock(shown_mutex_);
  status_.state_written = saved.has_value();
  if (!saved) {
    ++status_.write_failures;
    return saved;
  }
  status_.written = began.wall;
  status_.write_duration = ended - began.mono;
  durable_ = std::move(durable);
  for (auto& [name, view] : views) shown_[name] = std::move(view);
  std::erase_if(shown_, [&](const auto& entry) { return !names.contains(entry.first); });
  durable_names_ = std::move(names);
  durable_folder_ = settings_.state_folder;
  return {};
}

EngineView Engine::view() const {
  const auto pipelines = registry_.all();
  std::lock_guard lock(shown_mutex_);
  EngineView view = status_;
  for (const auto& pipeline : pipelines) {
    const auto removed_since = pipeline->removed_since();
    if (!shows(*pipeline, removed_since)) continue;
    const auto known = shown_.find(pipeline->source());
    view.sources.push_back({pipeline->source(), pipeline->trouble(), removed_since.has_value(),
                            known == shown_.end() ? SourceView{} : known->second});
  }
  return view;
}

bool Engine::shows(const Pipeline& pipeline, std::optional<base::MonoTime> removed_since) const {
  if (!removed_since || clock_.now().mono - *removed_since < kShowRemoved) return true;
  const auto known = durable_.find(pipeline.source());
  return known == durable_.end() || known->second.version != pipeline.version();
}

void Engine::stop() {
  std::lock_guard lock(configuring_);
  if (std::exchange(stopped_, true)) return;
  idle_.request_stop();
  for (auto& [name, running] : running_) running.source->stop();
  if (!loaded_) return;
  for (const auto& pipeline : registry_.all()) pipeline->flush();
  if (const auto written = write(); !written) {
    base::log::error("failed to write the last log state; lines will be counted again",
                     {{"error", written.error().message}});
  }
}

void Engine::end_idle_events(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    base::pause(kIdleCheck, stop);
    for (const auto& pipeline : registry_.all()) pipeline->flush_idle();
  }
}

}  // namespace exporter::tail
