// A connection to a Redis server: commands out, replies in, nothing beyond the deadline. hiredis writes the
// commands and reads the replies.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/url.h"

namespace healer::actions {

struct RedisReply {
  enum class Kind { kNothing, kText, kNumber, kList, kError };
  Kind kind = Kind::kNothing;
  std::string text;    // of kText and kError
  long long number{};  // of kNumber
  std::vector<RedisReply> list;
};

using RedisCommand = std::vector<std::string>;

// Not thread-safe. After an error it is of no more use.
class RedisConnection {
 public:
  // The error is the reason alone: "connection refused".
  static base::Result<RedisConnection> open(const base::Endpoint& endpoint, base::Deadline deadline);
  RedisConnection(RedisConnection&&) noexcept;
  RedisConnection& operator=(RedisConnection&&) noexcept;
  ~RedisConnection();

  // Sends all of them and reads a reply to each, in their order. A reply may be an error of the server's.
  base::Result<std::vector<RedisReply>> ask_all(const std::vector<RedisCommand>& commands,
                                                base::Deadline deadline);
  // One of them; what the server refuses is an error in its words.
  base::Result<RedisReply> ask(const RedisCommand& command, base::Deadline deadline);

 private:
  struct Wire;
  explicit RedisConnection(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace healer::actions
