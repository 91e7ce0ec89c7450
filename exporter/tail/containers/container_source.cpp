#include "exporter/tail/containers/container_source.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/log.h"

namespace exporter::tail {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Responses are read at this interval rather than on arrival: the engine sends each line separately, and a
// wake-up for each would cost more than processing it.
constexpr auto kTurn = milliseconds(100);
constexpr auto kShortestTurn = milliseconds(2);
// The lines of one turn must not fill a socket's buffer, or the engine's reader blocks.
constexpr std::size_t kLinesATurn = 128;
constexpr auto kConnect = seconds(2);
// Containers may be created and removed while the state is written.
constexpr auto kStateMargin = seconds(10);
// After this time every configured source has been opened.
constexpr auto kAllOpened = seconds(30);
constexpr auto kKeepWithout = hours(25);  // so that the container of a daily task continues its counts
constexpr std::size_t kMaxWithout = 100;
constexpr auto kDrain = seconds(30);

// Engine 20.10 loses lines of a followed log when its driver "local" rotates it, or "json-file" with
// compress=true. It also uses "local" to cache the logs of drivers that cannot be read.
bool polled(const SeenContainer& container) {
  const std::string& driver = container.log_driver;
  return container.log_compressed || (driver != "json-file" && driver != "journald" && !driver.empty());
}

base::Duration next_turn(std::size_t most_lines) {
  if (most_lines <= kLinesATurn) return kTurn;
  return std::max<base::Duration>(base::Duration(kTurn) * kLinesATurn / most_lines, kShortestTurn);
}

}  // namespace

ContainerSource::ContainerSource(Options options, Registry& registry, const base::Clock& clock)
    : options_(std::move(options)), registry_(registry), clock_(clock), engine_(options_.docker_host) {
  base::WallTime written{};
  for (const auto& state : registry_.unopened()) written = std::max(written, state.written);
  for (const auto& pipeline : registry_.all())
    written = std::max(written, pipeline->resumed_from().value_or(written));
  const bool known = written != base::WallTime{} && !options_.from_end;
  known_since_ = known ? written - kStateMargin : clock_.now().wall;
  // The sources of the previous configuration.
  for (const auto& name : registry_.found()) {
    if (options_.config.includes(name)) {
      if (const auto since = open(name)->removed_since()) without_[name] = *since;
    } else {
      registry_.close(name);
    }
  }
}

void ContainerSource::start() {
  begun_ = clock_.now().mono;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void ContainerSource::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void ContainerSource::forget() {
  followed_.clear();
  for (const auto& [name, pipeline] : sources_) registry_.close(name);
  sources_.clear();
}

void ContainerSource::run(const std::stop_token& stop) {
  ContainerWatch watch(options_.docker_host, clock_);
  base::Duration pause = kTurn;
  while (!stop.stop_requested()) {
    const auto notices = watch.wait(pause, stop);
    apply(notices);
    std::size_t most = 0;
    for (auto& [id, followed] : followed_) {
      if (stop.stop_requested()) return;
      most = std::max(most, followed.follow->turn());
    }
    end_gone();
    tell_troubles(notices.engine_answers);
    // A container that cannot be inspected yet may belong to an unopened source.
    if (!adopted_ && complete_ && clock_.now().mono - begun_ > kAllOpened) adopt_unopened();
    close_old();
    pause = next_turn(most);
  }
}

void ContainerSource::apply(const Notices& notices) {
  if (notices.containers) {
    complete_ = notices.complete;
    list(*notices.containers);
  }
  const auto each = [&](const std::vector<std::string>& ids, auto what) {
    for (const auto& id : ids) {
      if (const auto found = followed_.find(id); found != followed_.end()) what(*found->second.follow);
    }
  };
  each(notices.started, [](ContainerFollow& follow) { follow.on_start(); });
  each(notices.changed, [](ContainerFollow& follow) { follow.look(); });
  for (const auto& name : notices.missed) {
    if (options_.config.includes(name)) open(name)->note_gap();
  }
}

void ContainerSource::list(const std::vector<SeenContainer>& containers) {
  listed_ = true;
  const auto now = clock_.now().mono;
  for (auto& [id, followed] : followed_) {
    const bool there = std::ranges::any_of(containers, [&](const auto& each) { return each.id == id; });
    if (there) followed.gone.reset();
    if (!there && !followed.gone) followed.gone = now;
  }
  for (const auto& container : containers) {
    if (!options_.config.includes(container.name)) continue;
    const auto found = followed_.find(container.id);
    if (found == followed_.end()) {
      add(container);
      continue;
    }
    auto& [follow, name, gone] = found->second;
    if (name != container.name) {
      name = container.name;
      follow->move_to(open(name));
    }
    follow->set_running(container.running);
    if (container.running && follow->at_rest()) follow->look();
  }
}

void ContainerSource::add(const SeenContainer& container) {
  const auto from = first_positions(container);
  // If the container was renamed while it was not followed, only one source continues with it.
  for (const auto& other : registry_.all()) {
    if (other->source() == container.name) continue;
    for (const auto& [strand, state] : other->strands()) {
      if (state.identity.starts_with("docker:" + container.id + "/")) other->close(strand);
    }
  }
  auto follow = std::make_unique<ContainerFollow>(
      container.id, ContainerFollow::Kind{container.tty, polled(container)}, open(container.name), from,
      [this](const std::string& id, const base::docker::LogOptions& log) {
        return engine_.logs(id, log, base::Deadline::after(clock_, kConnect));
      },
      clock_);
  follow->set_running(container.running);
  if (container.ever_started) follow->on_start();
  followed_.emplace(container.id, Followed{std::move(follow), container.name, {}});
}

// The position that an earlier process reached, under whatever name; else the beginning, or now.
ContainerFollow::Positions ContainerSource::first_positions(const SeenContainer& container) const {
  std::vector<StrandState> known;
  for (const auto& state : registry_.unopened())
    known.insert(known.end(), state.strands.begin(), state.strands.end());
  for (const auto& pipeline : registry_.all()) {
    for (const auto& [strand, state] : pipeline->strands()) known.push_back(state);
  }
  const auto now = static_cast<std::uint64_t>(clock_.now().wall.time_since_epoch().count());
  const bool whole = container.created >= std::chrono::floor<seconds>(known_since_);
  ContainerFollow::Positions positions;
  for (const auto output : {Output::out, Output::err}) {
    auto& position = positions.at(static_cast<std::size_t>(output));
    position = {.place = whole ? 0 : now, .offset = 0};
    std::optional<Position> furthest;
    for (const auto& state : known) {
      if (state.identity != strand_identity(container.id, output)) continue;
      if (!furthest || std::pair(state.position.place, state.position.offset) >
                           std::pair(furthest->place, furthest->offset)) {
        furthest = state.position;
      }
    }
    if (furthest) position = *furthest;
  }
  return positions;
}

std::shared_ptr<Pipeline> ContainerSource::open(const std::string& name) {
  without_.erase(name);
  auto& pipeline = sources_[name];
  if (!pipeline) {
    const auto rules = options_.config.rules.find(name);
    pipeline = registry_.open(
        name,
        {.rules = rules == options_.config.rules.end() ? nullptr : rules->second, .sink = options_.sink},
        Registry::Origin::found);
  }
  return pipeline;
}

void ContainerSource::end_gone() {
  const auto now = clock_.now().mono;
  std::erase_if(followed_, [&](auto& entry) {
    auto& followed = entry.second;
    if (!followed.gone || (!followed.follow->at_rest() && now - *followed.gone < kDrain)) return false;
    followed.follow->close();
    return true;
  });
}

void ContainerSource::tell_troubles(bool engine_answers) {
  if (!engine_answers) {
    for (const auto& [name, pipeline] : sources_) {
      if (options_.config.expects(name) || !without_.contains(name)) pipeline->set_trouble(Trouble::engine);
    }
    return;
  }
  if (!listed_) return;
  std::map<std::string, Trouble> troubles;
  for (const auto& [id, followed] : followed_) {
    if (!followed.gone) troubles[followed.name] = followed.follow->trouble();
  }
  const auto now = clock_.now().mono;
  for (const auto& [name, pipeline] : sources_) {
    if (const auto trouble = troubles.find(name); trouble != troubles.end()) {
      pipeline->set_trouble(trouble->second);
      without_.erase(name);
      continue;
    }
    const auto since = without_.try_emplace(name, now).first->second;
    if (options_.config.expects(name)) {
      pipeline->set_trouble(Trouble::missing);
    } else {
      pipeline->set_removed(since);
    }
  }
}

// Sources of the last process that have neither a file nor a container. They continue their counts when the
// container is created again soon.
void ContainerSource::adopt_unopened() {
  adopted_ = true;
  const auto now = clock_.now();
  for (const auto& state : registry_.unopened()) {
    const std::string& name = state.source;
    const base::Duration quiet =
        std::max<base::Duration>(now.wall - state.counts.last_line, base::Duration::zero());
    if (!options_.config.includes(name) || (quiet > kKeepWithout && !options_.config.expects(name))) continue;
    const auto pipeline = open(name);
    for (const auto& [strand, known] : pipeline->strands()) pipeline->close(strand);
    // Its counts may have been shown since its last line; a restart does not show them again.
    if (quiet <= kKeepWithout) without_[name] = now.mono - quiet;
  }
  registry_.forget_unopened([](const std::string&) { return true; });
  forget_lost_strands();
}

// Closes the strands of containers that were removed while they were not followed.
void ContainerSource::forget_lost_strands() {
  constexpr std::string_view kPrefix = "docker:";
  for (const auto& pipeline : registry_.all()) {
    for (const auto& [strand, known] : pipeline->strands()) {
      if (!known.identity.starts_with(kPrefix)) continue;
      const auto id = known.identity.substr(kPrefix.size(), known.identity.rfind('/') - kPrefix.size());
      if (!followed_.contains(id)) pipeline->close(strand);
    }
  }
}

void ContainerSource::close_old() {
  const auto now = clock_.now().mono;
  const auto close = [&](const std::string& name) {
    registry_.close(name);
    sources_.erase(name);
    without_.erase(name);
  };
  std::vector<std::pair<base::MonoTime, std::string>> removed;  // the newest first
  for (const auto& [name, since] : without_) {
    if (!options_.config.expects(name)) removed.emplace_back(since, name);
  }
  std::ranges::sort(removed, std::greater());
  for (std::size_t i = 0; i < removed.size(); ++i) {
    if (i >= kMaxWithout || now - removed[i].first > kKeepWithout) close(removed[i].second);
  }
}

}  // namespace exporter::tail
