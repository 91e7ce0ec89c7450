#include "exporter/app.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"

namespace exporter {
namespace {

constexpr auto kFirstRuns = std::chrono::seconds(2);
constexpr auto kStop = std::chrono::seconds(2);
constexpr auto kRefresh = std::chrono::seconds(5);

}  // namespace

App::App(std::string config_file, std::string subsystems_file, const base::Clock& clock)
    : config_file_(std::move(config_file)),
      subsystems_file_(std::move(subsystems_file)),
      clock_(clock),
      logs_(clock_, &recent_events_),
      shared_{clock_, counters_, containers_, probes_, logs_, checks_} {}

App::~App() = default;

base::Result<> App::load() {
  std::lock_guard one(loading_);
  base::yaml::Problems problems;
  const Config config = read_config(config_file_, subsystems_file_, problems);
  if (!problems.empty()) {
    std::lock_guard lock(mutex_);
    reload_.last_successful = false;
    return base::fail("{}", problems.str());
  }

  const auto old = setup();
  std::vector<std::string> started;
  auto fresh = build(config, old.get(), started);
  // The new collectors run once before the swap, so that no series is missing from a scrape in between.
  if (!started.empty()) fresh->registry.refresh(started, base::Deadline::after(clock_, kFirstRuns));
  {
    std::lock_guard lock(mutex_);
    setup_ = fresh;
    reload_ = {.last_successful = true, .last_success = clock_.now().wall};
  }
  if (old) retire(*old, *fresh);
  return {};
}

std::shared_ptr<App::Setup> App::build(const Config& config, const Setup* old,
                                       std::vector<std::string>& started) const {
  auto setup = std::make_shared<Setup>(clock_);
  setup->subsystems = config.inventory.subsystems;
  for (const CollectorFactory& factory : config.collectors) {
    auto runner = old == nullptr ? nullptr : old->registry.find(factory.name);
    if (!runner || old->texts.at(factory.name) != factory.text) {
      runner = std::make_shared<Runner>(
          factory.name, factory.timing,
          [&](std::function<void()> run_soon) { return factory.build(shared_, std::move(run_soon)); },
          clock_);
      started.push_back(factory.name);
    }
    setup->registry.add(std::move(runner));
    setup->texts.emplace(factory.name, factory.text);
  }
  return setup;
}

void App::retire(const Setup& old, const Setup& fresh) {
  CollectorRegistry::Runners leaving;
  for (const auto& runner : old.registry.runners()) {
    if (fresh.registry.find(runner->name()) != runner) leaving.push_back(runner);
  }
  auto hanging = exporter::stop(leaving, base::Deadline::after(clock_, kStop));
  for (const auto& runner : hanging) {
    base::log::warn("collector hangs; its thread runs on until it returns", {{"collector", runner->name()}});
  }
  std::lock_guard lock(mutex_);
  const auto at_once = base::Deadline::after(clock_, base::Duration::zero());
  std::erase_if(retired_, [&](const auto& runner) { return runner->wait_end(at_once); });
  std::ranges::move(hanging, std::back_inserter(retired_));
}

std::shared_ptr<App::Setup> App::setup() const {
  std::lock_guard lock(mutex_);
  return setup_;
}

std::string App::metrics() const {
  const auto current = setup();
  std::string page = base::expose(self_metrics(reload_state()));
  if (current) page += current->registry.page();
  return page;
}

base::Result<std::vector<Refreshed>> App::refresh(const std::vector<std::string>& collectors) const {
  const auto current = setup();
  if (!current) return base::fail("the exporter is starting");
  for (const auto& name : collectors) {
    if (!current->registry.has(name)) return base::fail("unknown collector \"{}\"", name);
  }
  return current->registry.refresh(collectors, base::Deadline::after(clock_, kRefresh));
}

std::vector<View> App::views() const {
  const auto current = setup();
  return current ? current->registry.views() : std::vector<View>{};
}

std::vector<base::Subsystem> App::subsystems() const {
  const auto current = setup();
  return current ? current->subsystems : std::vector<base::Subsystem>{};
}

bool App::ready() const {
  const auto current = setup();
  return current && current->registry.warm();
}

ReloadState App::reload_state() const {
  std::lock_guard lock(mutex_);
  ReloadState state = reload_;
  if (access_ != nullptr && !access_->up_to_date()) state.last_successful = false;
  return state;
}

bool App::stop() {
  std::lock_guard one(loading_);
  CollectorRegistry::Runners all;
  {
    std::lock_guard lock(mutex_);
    all = retired_;
    if (setup_) std::ranges::copy(setup_->registry.runners(), std::back_inserter(all));
  }
  // Stop the engine before its collector: the collector's destructor stops and forgets all log sources.
  logs_.stop();
  return exporter::stop(all, base::Deadline::after(clock_, kStop)).empty();
}

}  // namespace exporter
