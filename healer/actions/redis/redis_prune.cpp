#include "healer/actions/redis/redis_prune.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/text/duration.h"
#include "healer/redis/address.h"
#include "healer/redis/connection.h"

namespace healer::actions {
namespace {

using base::Deadline;
using base::fail;
using base::Result;
using Kind = RedisReply::Kind;
using namespace std::chrono_literals;

constexpr base::Duration kToConnect = 5s;
constexpr base::Duration kToEnd = 1s;  // reserved for reporting the progress

struct Settings {
  RedisAddress server;
  std::vector<std::string> patterns;
  base::Duration idle{};
  base::Duration leave_expiring{};
  int batch = 0;
  base::Duration pause{};
};

// Where a run stopped. A cursor stays valid: Redis keeps no state for it.
struct Place {
  std::size_t pattern = 0;
  std::string cursor = "0";
};

struct Counts {
  std::uint64_t seen = 0;
  std::uint64_t removed = 0;
  std::uint64_t expiring = 0;
  bool no_idle_times = false;
  bool stopped = false;
};

class Pruning {
 public:
  // Continues from `place` and advances it.
  Pruning(const Settings& settings, RedisConnection& redis, Place& place, Deadline deadline)
      : settings_(settings), redis_(redis), place_(place), deadline_(deadline) {}

  Result<Counts> run() {
    for (; place_.pattern < settings_.patterns.size(); ++place_.pattern) {
      do {
        if (deadline_.remaining() <= kToEnd) {
          counts_.stopped = true;
          return counts_;
        }
        auto keys = scan(settings_.patterns[place_.pattern], place_.cursor);
        if (!keys) return std::unexpected(keys.error());
        counts_.seen += keys->size();
        if (auto done = prune(std::move(*keys)); !done) return std::unexpected(done.error());
        if (counts_.no_idle_times) return counts_;
        if (place_.cursor != "0") rest();
      } while (place_.cursor != "0");
    }
    return counts_;
  }

 private:
  void rest() const {
    std::this_thread::sleep_for(
        std::clamp(deadline_.remaining() - kToEnd, base::Duration::zero(), settings_.pause));
  }

  // Advances the cursor, to "0" after the last batch.
  Result<std::vector<std::string>> scan(const std::string& pattern, std::string& cursor) {
    const auto reply = redis_.ask(
        RedisCommand{"SCAN", cursor, "MATCH", pattern, "COUNT", std::to_string(settings_.batch)}, deadline_);
    if (!reply) return std::unexpected(reply.error());
    if (reply->list.size() != 2) return fail("SCAN: unexpected reply");
    cursor = reply->list[0].text;
    std::vector<std::string> keys;
    for (const RedisReply& key : reply->list[1].list) keys.push_back(key.text);
    return keys;
  }

  Result<std::vector<RedisReply>> ask_each(const std::vector<std::string>& keys, const RedisCommand& begin) {
    std::vector<RedisCommand> commands;
    for (const std::string& key : keys) {
      commands.push_back(begin);
      commands.back().push_back(key);
    }
    return redis_.ask_all(commands, deadline_);
  }

  // A key that disappeared in the meantime has no reply and is not counted.
  Result<> prune(std::vector<std::string> keys) {
    const auto idle = ask_each(keys, {"OBJECT", "IDLETIME"});
    if (!idle) return std::unexpected(idle.error());
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(settings_.idle).count();
    std::vector<std::string> unused;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const RedisReply& reply = (*idle)[i];
      if (reply.kind == Kind::kError && reply.text.find("LFU") != std::string::npos) {
        counts_.no_idle_times = true;
        return {};
      }
      if (reply.kind == Kind::kError && !reply.text.starts_with("ERR no such key"))
        return fail("OBJECT IDLETIME: {}", reply.text);
      if (reply.kind == Kind::kNumber && reply.number > limit) unused.push_back(std::move(keys[i]));
    }
    if (auto left = leave_expiring(unused); !left) return left;
    if (unused.empty()) return {};
    RedisCommand unlink{"UNLINK"};
    unlink.insert(unlink.end(), unused.begin(), unused.end());
    const auto removed = redis_.ask(unlink, deadline_);
    if (!removed) return std::unexpected(removed.error());
    counts_.removed += static_cast<std::uint64_t>(std::max(0LL, removed->number));
    return {};
  }

  Result<> leave_expiring(std::vector<std::string>& keys) {
    const auto ttl = ask_each(keys, {"PTTL"});
    if (!ttl) return std::unexpected(ttl.error());
    const auto soon = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.leave_expiring).count();
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const RedisReply& reply = (*ttl)[i];
      if (reply.kind == Kind::kError) return fail("PTTL: {}", reply.text);
      // Negative: it never expires, or no longer exists.
      if (reply.number >= 0 && reply.number <= soon) {
        ++counts_.expiring;
      } else {
        kept.push_back(std::move(keys[i]));
      }
    }
    keys = std::move(kept);
    return {};
  }

  const Settings& settings_;
  RedisConnection& redis_;
  Place& place_;
  Deadline deadline_;
  Counts counts_;
};

class RedisPrune final : public Action {
 public:
  explicit RedisPrune(Settings settings) : settings_(std::move(settings)) {}

  base::Duration shortest_timeout() const override { return kToEnd + kToConnect; }

  std::string describe(const Target&) const override {
    return fmt::format("in database {} of Redis at {}: remove keys matching {} that were not used for {}",
                       settings_.server.database, settings_.server.endpoint.str(),
                       fmt::join(settings_.patterns, ", "), base::format_duration(settings_.idle));
  }

  base::Result<Outcome> run(const Target&, Deadline deadline) override {
    auto redis = RedisConnection::open(settings_.server.endpoint, deadline.within(kToConnect));
    if (!redis) {
      base::log::info("💾 Cache pruning: Redis not reachable (skipping)",
                      {{"address", settings_.server.endpoint.str()}, {"error", redis.error().message}});
      return Outcome{fmt::format("skipped: Redis at {} is not reachable: {}", settings_.server.endpoint.str(),
                                 redis.error().message)};
    }
    const auto counts = prune(*redis, deadline);
    if (!counts) return base::wrap(counts.error(), "Redis at {}", settings_.server.endpoint.str());
    if (!counts->no_idle_times) {
      base::log::info(fmt::format("💾 Cache pruning: Removed {} unused keys", counts->removed),
                      {{"address", settings_.server.endpoint.str()},
                       {"seen", counts->seen},
                       {"expiring", counts->expiring}});
    }
    return Outcome{.detail = words(*counts), .counts = {{"removed", counts->removed}}, .findings = {}};
  }

 private:
  Result<Counts> prune(RedisConnection& redis, Deadline deadline) {
    if (auto opened = open_session(redis, settings_.server, deadline); !opened)
      return std::unexpected(opened.error());
    const std::lock_guard lock(mutex_);
    const auto counts = Pruning(settings_, redis, place_, deadline).run();
    if (!counts || !counts->stopped) place_ = {};
    return counts;
  }

  std::string words(const Counts& counts) const {
    if (counts.no_idle_times) {
      base::log::warn("💾 Cache pruning: Redis does not record idle times (skipping)",
                      {{"address", settings_.server.endpoint.str()}});
      return fmt::format(
          "skipped: Redis at {} does not record idle times because its maxmemory-policy is LFU",
          settings_.server.endpoint.str());
    }
    std::string words =
        fmt::format("removed {} of {} keys matching {}, unused for more than {}", counts.removed, counts.seen,
                    fmt::join(settings_.patterns, ", "), base::format_duration(settings_.idle));
    if (counts.expiring > 0) words += fmt::format("; {} are about to expire", counts.expiring);
    if (counts.stopped) words += "; timed out, the next run continues from there";
    return words;
  }

  const Settings settings_;
  std::mutex mutex_;
  Place place_;  // where the last run stopped
};

}  // namespace

std::unique_ptr<Action> make_redis_prune(const base::yaml::Node& parameters, const World&) {
  parameters.only({"address", "database", "username", "password_file", "patterns", "idle", "leave_expiring",
                   "batch", "pause"});
  Settings settings;
  settings.server = read_redis_address(parameters);
  settings.patterns = read_redis_patterns(parameters);
  settings.idle = parameters.optional("idle").duration(1h, 1s, std::chrono::days(365));
  settings.leave_expiring = parameters.optional("leave_expiring").duration(1min, 0s, 24h);
  settings.batch = static_cast<int>(parameters.optional("batch").integer(200, 1, 10000));
  settings.pause = parameters.optional("pause").duration(5ms, 0s, 10s);
  return std::make_unique<RedisPrune>(std::move(settings));
}

}  // namespace healer::actions
