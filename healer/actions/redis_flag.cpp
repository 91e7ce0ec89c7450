#include "healer/actions/redis_flag.h"

#include "healer/actions/redis_address.h"
#include "healer/actions/target_name.h"

namespace healer::actions {
namespace {

class RedisFlag final : public Action {
 public:
  // No value: the key is removed.
  RedisFlag(RedisAddress server, std::string key, std::optional<std::string> value)
      : server_(std::move(server)), key_(std::move(key)), value_(std::move(value)) {}

  bool acts_on(std::string_view) const override { return true; }

  std::string describe(const Target& target) const override {
    const std::string key = fill_in(key_, target.name);
    const std::string where =
        fmt::format("database {} of the Redis at {}", server_.database, server_.endpoint.str());
    return value_ ? fmt::format("set {} to {:?} in {}", key, *value_, where)
                  : fmt::format("remove {} from {}", key, where);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    auto redis = open_redis(server_, deadline);
    if (!redis) return std::unexpected(redis.error());
    const std::string key = fill_in(key_, target.name);
    const auto done =
        redis->ask(value_ ? RedisCommand{"SET", key, *value_} : RedisCommand{"DEL", key}, deadline);
    if (!done) return base::wrap(done.error(), "Redis at {}", server_.endpoint.str());
    return Outcome{value_ ? fmt::format("set {} to {:?}", key, *value_) : fmt::format("removed {}", key)};
  }

 private:
  RedisAddress server_;
  std::string key_;
  std::optional<std::string> value_;
};

}  // namespace

std::unique_ptr<Action> make_redis_flag(const base::yaml::Node& parameters, const World&) {
  parameters.only({"address", "database", "username", "password_file", "key", "value", "absent"});
  RedisAddress server = read_redis_address(parameters);
  std::string key = parameters.required("key").non_empty_string();
  const auto value = parameters.optional("value");
  const bool absent = parameters.optional("absent").boolean();
  if (absent == value.present()) parameters.problem("needs `value`, or `absent: true`, and not both");
  return std::make_unique<RedisFlag>(std::move(server), std::move(key),
                                     absent ? std::nullopt : std::optional(value.string()));
}

}  // namespace healer::actions
