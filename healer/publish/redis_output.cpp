#include "healer/publish/redis_output.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healer/publish/policy_json.h"
#include "healer/redis/address.h"

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
    withdrawn_ = false;
    const auto written = write(document, valid_for, deadline);
    if (!written) {
      connection_.reset();
      return base::wrap(written.error(), "Redis at {}", config_.server.endpoint.str());
    }
    return {};
  }
  bool withdrawn() const override { return withdrawn_; }

 private:
  Result<> write(const PolicyDocument& document, base::Duration valid_for, base::Deadline deadline) {
    const auto watched = watch(deadline);
    if (!watched) return std::unexpected(watched.error());
    const std::string text = policy_document(document);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(valid_for).count();
    std::vector<RedisCommand> commands{
        {"SET", config_.key, text, "PX", std::to_string(std::max<long long>(left, 1))}};
    const bool changed = !last_ || last_->policy != document.policy ||
                         last_->permissions != document.permissions || last_->causes != document.causes;
    if (changed) commands.push_back({"PUBLISH", config_.channel, text});
    if (*watched) {
      commands.insert(commands.begin(), {"MULTI"});
      commands.push_back({"EXEC"});
    }
    const auto replies = connection_->ask_all(commands, deadline);
    if (!replies) return std::unexpected(replies.error());
    auto done = judge(commands, *replies);
    if (done) {
      last_ = document;
    } else if (!last_ || allows_more(*last_, document)) {
      withdraw(text, deadline);
    }
    return done;
  }

  // Returns whether the key is watched: then the server drops the SET if the key changes after this response.
  // A server that hangs gets no SET, which it could otherwise run after a newer one. A server without WATCH,
  // or that does not allow it, is written to without it.
  Result<bool> watch(base::Deadline deadline) {
    const auto replies = connection_->ask_all({{"WATCH", config_.key}}, deadline);
    if (!replies) return std::unexpected(replies.error());
    const RedisReply& reply = replies->front();
    if (reply.kind != RedisReply::Kind::kError) return true;
    if (reply.text.starts_with("NOPERM") || reply.text.starts_with("ERR")) return false;
    return base::fail("WATCH: {}", reply.text);
  }

  // Returns the server's first error: a refused command makes EXEC fail as well.
  static Result<> judge(const std::vector<RedisCommand>& commands, const std::vector<RedisReply>& replies) {
    for (std::size_t i = 0; i < replies.size(); ++i) {
      const RedisReply& reply = replies[i];
      if (reply.kind == RedisReply::Kind::kError)
        return base::fail("{}: {}", commands[i].front(), reply.text);
      if (commands[i].front() != "EXEC") continue;
      if (reply.kind == RedisReply::Kind::kNothing) return base::fail("the key was changed meanwhile");
      for (const RedisReply& each : reply.list) {
        if (each.kind == RedisReply::Kind::kError) return base::fail("EXEC: {}", each.text);
      }
    }
    return {};
  }

  // A server that is out of memory or disk space refuses SET, and its old document would allow too much. So
  // the key is deleted: without it a reader opens no position. Neither command needs memory.
  void withdraw(const std::string& text, base::Deadline deadline) {
    const auto replies =
        connection_->ask_all({{"DEL", config_.key}, {"PUBLISH", config_.channel, text}}, deadline);
    withdrawn_ = replies && replies->front().kind == RedisReply::Kind::kNumber;
    if (withdrawn_) last_.reset();
  }

  const RedisPolicyConfig config_;
  std::optional<RedisConnection> connection_;
  std::optional<PolicyDocument> last_;
  bool withdrawn_ = false;
};

}  // namespace

std::unique_ptr<Output> make_redis_output(const RedisPolicyConfig& config) {
  return std::make_unique<RedisOutput>(config);
}

}  // namespace healer::policy
