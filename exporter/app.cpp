#include "exporter/app.h"

#include <utility>

#include "base/exposition.h"
#include "base/log.h"

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
      shared_{clock_, counters_, containers_} {}

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

  auto fresh = build(config);
  // Swapped in only with facts, so that no series is missing from a scrape in between.
  fresh->frame.refresh({}, base::Deadline::after(clock_, kFirstRuns));
  std::shared_ptr<Setup> old;
  {
    std::lock_guard lock(mutex_);
    old = std::exchange(setup_, fresh);
    reload_ = {.last_successful = true, .last_success = clock_.now().wall};
  }
  if (old && !old->frame.stop(base::Deadline::after(clock_, kStop))) {
    base::log::warn("a collector hangs; its thread is left behind until it returns");
    std::lock_guard lock(mutex_);
    retired_.push_back(std::move(old));
  }
  return {};
}

std::shared_ptr<App::Setup> App::build(const Config& config) {
  auto setup = std::make_shared<Setup>(clock_);
  setup->subsystems = config.inventory.subsystems;
  for (const Blueprint& blueprint : config.collectors) {
    setup->frame.add(std::make_unique<Runner>(
        blueprint.name, blueprint.timing,
        [&](std::function<void()> run_soon) { return blueprint.build(shared_, std::move(run_soon)); },
        clock_));
  }
  return setup;
}

std::shared_ptr<App::Setup> App::setup() const {
  std::lock_guard lock(mutex_);
  return setup_;
}

std::string App::metrics() const {
  const auto current = setup();
  std::string page = base::expose(self_metrics(reload_state()));
  if (current) page += current->frame.page();
  return page;
}

base::Result<std::vector<Refreshed>> App::refresh(const std::vector<std::string>& collectors) const {
  const auto current = setup();
  if (!current) return base::fail("the exporter is starting");
  for (const auto& name : collectors) {
    if (!current->frame.has(name)) return base::fail("there is no collector \"{}\"", name);
  }
  return current->frame.refresh(collectors, base::Deadline::after(clock_, kRefresh));
}

std::vector<View> App::views() const {
  const auto current = setup();
  return current ? current->frame.views() : std::vector<View>{};
}

std::vector<base::Subsystem> App::subsystems() const {
  const auto current = setup();
  return current ? current->subsystems : std::vector<base::Subsystem>{};
}

bool App::ready() const {
  const auto current = setup();
  return current && current->frame.warm();
}

ReloadState App::reload_state() const {
  std::lock_guard lock(mutex_);
  return reload_;
}

bool App::stop() {
  std::lock_guard one(loading_);
  const auto deadline = base::Deadline::after(clock_, kStop);
  std::vector<std::shared_ptr<Setup>> all;
  {
    std::lock_guard lock(mutex_);
    all = retired_;
    if (setup_) all.push_back(setup_);
  }
  bool ended = true;
  for (const auto& each : all) ended = each->frame.stop(deadline) && ended;
  return ended;
}

}  // namespace exporter
