#include "healer/policy/redis_output.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healer/actions/redis_address.h"
#include "healer/documents.h"

namespace healer::policy {
namespace {

using actions::RedisCommand;
using actions::RedisConnection;
using actions::RedisReply;
using base::Result;

class RedisOutput final : public Output {
 public:
  explicit RedisOutput(RedisPolicyConfig config) : config_(std::move(config)) {}

  Result<> deliver(const PolicyDocument& document, base::Duration valid_for,
                   base::Deadline deadline) override {
    if (!connection_) {
      auto opened = actions::open_redis(config_.server, deadline);
      if (!opened) return std::unexpected(opened.error());
      connection_ = std::move(*opened);
    }
    const auto told = tell(document, valid_for, deadline);
    if (!told) {
      connection_.reset();
      return base::wrap(told.error(), "Redis at {}", config_.server.endpoint.str());
    }
    return {};
  }

 private:
  Result<> tell(const PolicyDocument& document, base::Duration valid_for, base::Deadline deadline) {
    const std::string text = policy_document(document);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(valid_for).count();
    std::vector<RedisCommand> commands{
        {"SET", config_.key, text, "PX", std::to_string(std::max<long long>(left, 1))}};
    const bool changed = !last_ || last_->policy != document.policy ||
                         last_->permissions != document.permissions || last_->causes != document.causes;
    if (changed) commands.push_back({"PUBLISH", config_.channel, text});
    const auto replies = connection_->ask_all(commands, deadline);
    if (!replies) return std::unexpected(replies.error());
    for (std::size_t i = 0; i < replies->size(); ++i) {
      if ((*replies)[i].kind == RedisReply::Kind::kError)
        return base::fail("{}: {}", commands[i].front(), (*replies)[i].text);
    }
    last_ = document;
    return {};
  }

  const RedisPolicyConfig config_;
  std::optional<RedisConnection> connection_;
  std::optional<PolicyDocument> last_;
};

}  // namespace

std::unique_ptr<Output> make_redis_output(const RedisPolicyConfig& config) {
  return std::make_unique<RedisOutput>(config);
}

}  // namespace healer::policy
