#include "healer/publish/read_published.h"

#include <sys/stat.h>

#include <optional>
#include <utility>

#include "base/log.h"
#include "base/os/file.h"
#include "healer/redis/address.h"

namespace healer::policy {
namespace {

constexpr base::Duration kRedisMayTake = std::chrono::seconds(2);

std::optional<Published> read_from_file(const std::string& what, const std::string& path) {
  struct stat status{};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return std::nullopt;
  std::string where = what + " " + path;
  const auto text = base::read_file(path, kMostBytes);
  if (text) return parse_published(std::move(where), *text);
  base::log::warn("failed to read a published policy", {{"error", text.error().message}});
  Published unknown;
  unknown.where = std::move(where);
  return unknown;
}

std::optional<Published> read_from_redis(const RedisPolicyConfig& config, const base::Clock& clock) {
  const base::Deadline deadline = base::Deadline::after(clock, kRedisMayTake);
  base::Result<actions::RedisReply> reply;
  auto redis = actions::open_redis(config.server, deadline);
  if (redis) {
    reply = redis->ask({"GET", config.key}, deadline);
  } else {
    reply = std::unexpected(redis.error());
  }
  if (!reply) {
    base::log::warn("failed to read a published policy", {{"error", reply.error().message}});
    return std::nullopt;
  }
  if (reply->kind != actions::RedisReply::Kind::kText) return std::nullopt;
  return parse_published("Redis key " + config.key, reply->text);
}

}  // namespace

std::vector<Published> read_published(const PolicyConfig& config, const std::string& copy,
                                      const base::Clock& clock) {
  std::vector<Published> all;
  const auto add = [&all](std::optional<Published> one) {
    if (one) all.push_back(std::move(*one));
  };
  add(read_from_file("policy file", config.file));
  add(read_from_file("copy", copy));
  if (config.redis) add(read_from_redis(*config.redis, clock));
  return all;
}

}  // namespace healer::policy
