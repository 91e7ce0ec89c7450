// A connection to a Redis server: sends commands and reads replies until the deadline. hiredis writes the
// commands and reads the replies.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::actions {

struct RedisReply {
  enum class Kind { kNothing, kText, kNumber, kList, kError };
  Kind kind = Kind::kNothing;
  std::string text;    // of kText and kError
  long long number{};  // of kNumber
  std::vector<RedisReply> list;
};

using RedisCommand = std::vector<std::string>;

// Not thread-safe. Unusable after an error.
class RedisConnection {
 public:
  // The error contains only the reason: "connection refused".
  static base::Result<RedisConnection> open(const base::Endpoint& endpoint, base::Deadline deadline);
  RedisConnection(RedisConnection&&) noexcept;
  RedisConnection& operator=(RedisConnection&&) noexcept;
  ~RedisConnection();

  // Sends all of them and reads a reply to each, in their order. A reply may be an error of the server.
  base::Result<std::vector<RedisReply>> ask_all(const std::vector<RedisCommand>& commands,
                                                base::Deadline deadline);
  // Sends one command. A refusal by the server is an error with its text.
  base::Result<RedisReply> ask(const RedisCommand& command, base::Deadline deadline);

 private:
  struct Wire;
  explicit RedisConnection(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace healer::actions
