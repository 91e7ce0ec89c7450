#include "healer/redis/address.h"

#include "base/os/file.h"

namespace healer::actions {
namespace {

using base::fail;

base::Endpoint read_endpoint(const base::yaml::Node& node) {
  const std::string text = node.non_empty_string();
  if (text.empty()) return {};
  const auto endpoint = base::parse_listen_address(text);
  if (!endpoint) {
    node.problem(endpoint.error().message);
  } else if (endpoint->unix_path.empty() && (endpoint->host.empty() || endpoint->port == 0)) {
    node.problem(fmt::format("\"{}\" must contain a host and a port", text));
  }
  return endpoint.value_or(base::Endpoint{});
}

}  // namespace

RedisAddress read_redis_server(const base::yaml::Node& node) {
  RedisAddress address;
  address.endpoint = read_endpoint(node.required("address"));
  address.database = static_cast<int>(node.optional("database").integer(0, 0, 65535));
  const auto username = node.optional("username");
  address.username = username.string();
  address.password_file = node.optional("password_file").string();
  if (username.present() && address.password_file.empty()) username.problem("needs password_file");
  return address;
}

RedisAddress read_redis_address(const base::yaml::Node& parameters) {
  RedisAddress address = read_redis_server(parameters);
  const auto password = parameters.optional("password_file");
  if (password.present() && !address.password_file.starts_with('/')) {
    password.problem(fmt::format("\"{}\" is not an absolute path", address.password_file));
  }
  return address;
}

std::vector<std::string> read_redis_patterns(const base::yaml::Node& parameters) {
  const auto node = parameters.required("patterns");
  std::vector<std::string> patterns = node.strings();
  if (node.is_list() && patterns.empty()) node.problem("must list at least one pattern");
  for (const std::string& pattern : patterns) {
    if (pattern.find_first_not_of('*') == std::string::npos)
      node.problem(fmt::format("\"{}\" would match every key", pattern));
  }
  return patterns;
}

base::Result<> open_session(RedisConnection& redis, const RedisAddress& address, base::Deadline deadline) {
  if (!address.password_file.empty()) {
    const auto password = base::read_secret(address.password_file);
    if (!password) return std::unexpected(password.error());
    RedisCommand auth{"AUTH"};
    if (!address.username.empty()) auth.push_back(address.username);
    auth.push_back(*password);
    // Only the code of the server's error: the rest may quote the arguments, and so the password.
    const auto reply = redis.ask_all({auth}, deadline);
    if (!reply) return std::unexpected(reply.error());
    if (reply->front().kind == RedisReply::Kind::kError) {
      const std::string& said = reply->front().text;
      return fail("AUTH: {}", said.substr(0, said.find(' ')));
    }
  }
  const auto selected = redis.ask(RedisCommand{"SELECT", std::to_string(address.database)}, deadline);
  if (!selected) return std::unexpected(selected.error());
  return {};
}

base::Result<RedisConnection> open_redis(const RedisAddress& address, base::Deadline deadline) {
  auto redis = RedisConnection::open(address.endpoint, deadline);
  if (!redis) return base::wrap(redis.error(), "Redis at {}", address.endpoint.str());
  if (auto opened = open_session(*redis, address, deadline); !opened)
    return base::wrap(opened.error(), "Redis at {}", address.endpoint.str());
  return redis;
}

}  // namespace healer::actions
