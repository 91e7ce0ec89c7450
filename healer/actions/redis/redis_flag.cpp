#include "healer/actions/redis/redis_flag.h"

#include <nlohmann/json.hpp>

#include "base/text/utf8.h"
#include "healer/actions/undo.h"
#include "healer/config/target_name.h"
#include "healer/redis/address.h"

namespace healer::actions {
namespace {

constexpr std::size_t kMostKept = 4096;  // a longer value is not a flag

class RedisFlag final : public Action {
 public:
  // No value: the key is removed. `where`: the parameters without `value` and `absent`.
  RedisFlag(RedisAddress server, std::string key, std::optional<std::string> value, nlohmann::json where)
      : server_(std::move(server)),
        key_(std::move(key)),
        value_(std::move(value)),
        where_(std::move(where)) {}

  std::string describe(const Target& target) const override {
    const std::string key = fill_in(key_, target.name);
    const std::string where =
        fmt::format("database {} of Redis at {}", server_.database, server_.endpoint.str());
    return value_ ? fmt::format("set {} to {:?} in {}", key, *value_, where)
                  : fmt::format("remove {} from {}", key, where);
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    auto redis = open_redis(server_, deadline);
    if (!redis) return std::unexpected(redis.error());
    const std::string key = fill_in(key_, target.name);
    const std::optional<Undo> undo = what_takes_it_back(*redis, key, deadline);
    const auto done =
        redis->ask(value_ ? RedisCommand{"SET", key, *value_} : RedisCommand{"DEL", key}, deadline);
    if (!done) return base::wrap(done.error(), "Redis at {}", server_.endpoint.str());
    return Outcome{
        .detail = value_ ? fmt::format("set {} to {:?}", key, *value_) : fmt::format("removed {}", key),
        .undo = undo};
  }

 private:
  // As for a control file: if the value is set already, an interrupted run has set it. Nothing if the key
  // cannot be read, for example by a user who may only write: setting the flag matters more than its undo.
  std::optional<Undo> what_takes_it_back(RedisConnection& redis, const std::string& key,
                                         base::Deadline deadline) const {
    const auto kinds = redis.ask({"TYPE", key}, deadline);
    if (!kinds) return std::nullopt;
    nlohmann::json before = where_;
    if (kinds->text == "none") {
      if (!value_) return std::nullopt;
      before["absent"] = "true";
      return make_undo("redis", before);
    }
    if (kinds->text != "string") return std::nullopt;
    const auto kept = redis.ask({"GET", key}, deadline);
    if (!kept) return std::nullopt;
    if (kept->text.size() > kMostKept || !base::is_utf8(kept->text)) return std::nullopt;
    if (value_ == kept->text) {
      before["absent"] = "true";
    } else {
      before["value"] = kept->text;
    }
    return make_undo("redis", before);
  }

  RedisAddress server_;
  std::string key_;
  std::optional<std::string> value_;
  nlohmann::json where_;
};

}  // namespace

std::unique_ptr<Action> make_redis_flag(const base::yaml::Node& parameters, const World&) {
  parameters.only({"address", "database", "username", "password_file", "key", "value", "absent"});
  RedisAddress server = read_redis_address(parameters);
  std::string key = parameters.required("key").non_empty_string();
  const auto value = parameters.optional("value");
  const bool absent = parameters.optional("absent").boolean();
  if (absent == value.present()) parameters.problem("needs `value`, or `absent: true`, and not both");
  nlohmann::json where = parameters.is_map() ? as_json(parameters) : nlohmann::json::object();
  where.erase("value");
  where.erase("absent");
  return std::make_unique<RedisFlag>(std::move(server), std::move(key),
                                     absent ? std::nullopt : std::optional(value.string()), std::move(where));
}

}  // namespace healer::actions
