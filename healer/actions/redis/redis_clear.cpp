#include "healer/actions/redis/redis_clear.h"

#include <fmt/ranges.h>

#include "healer/redis/address.h"

namespace healer::actions {
namespace {

using base::Deadline;
using base::fail;
using base::Result;

constexpr const char* kBatch = "500";

// Advances the cursor, to "0" after the last batch. Returns how many keys were removed.
Result<long long> clear_some(RedisConnection& redis, const std::string& pattern, std::string& cursor,
                             Deadline deadline) {
  const auto found = redis.ask({"SCAN", cursor, "MATCH", pattern, "COUNT", kBatch}, deadline);
  if (!found) return std::unexpected(found.error());
  if (found->list.size() != 2) return fail("SCAN: unexpected reply");
  cursor = found->list[0].text;
  RedisCommand unlink{"UNLINK"};
  for (const RedisReply& key : found->list[1].list) unlink.push_back(key.text);
  if (unlink.size() == 1) return 0;
  const auto removed = redis.ask(unlink, deadline);
  if (!removed) return std::unexpected(removed.error());
  return removed->number;
}

class RedisClear final : public Action {
 public:
  RedisClear(RedisAddress server, std::vector<std::string> patterns)
      : server_(std::move(server)), patterns_(std::move(patterns)) {}

  std::string describe(const Target&) const override {
    return fmt::format("in database {} of Redis at {}: remove every key matching {}", server_.database,
                       server_.endpoint.str(), fmt::join(patterns_, ", "));
  }

  Result<Outcome> run(const Target&, Deadline deadline) override {
    auto redis = open_redis(server_, deadline);
    if (!redis) return std::unexpected(redis.error());
    long long removed = 0;
    for (const std::string& pattern : patterns_) {
      std::string cursor = "0";
      do {
        if (deadline.passed()) return fail("timed out; removed {} keys so far", removed);
        const auto some = clear_some(*redis, pattern, cursor, deadline);
        if (!some) {
          return base::wrap(some.error(), "Redis at {}, after {} keys", server_.endpoint.str(), removed);
        }
        removed += *some;
      } while (cursor != "0");
    }
    return Outcome{fmt::format("removed {} keys matching {}", removed, fmt::join(patterns_, ", "))};
  }

 private:
  RedisAddress server_;
  std::vector<std::string> patterns_;
};

}  // namespace

std::unique_ptr<Action> make_redis_clear(const base::yaml::Node& parameters, const World&) {
  parameters.only({"address", "database", "username", "password_file", "patterns"});
  RedisAddress server = read_redis_address(parameters);
  return std::make_unique<RedisClear>(std::move(server), read_redis_patterns(parameters));
}

}  // namespace healer::actions
