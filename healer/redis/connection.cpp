#include "healer/redis/connection.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/os/socket.h"

namespace healer::actions {
namespace {

using base::fail;
using base::Result;
using base::WaitLimit;

// Limit for one batch of replies, which hold many key names but no values.
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;
constexpr std::size_t kPart = 64 * 1024;

RedisReply reply_of(const redisReply& raw) {
  using Kind = RedisReply::Kind;
  switch (raw.type) {
    case REDIS_REPLY_ERROR:
      return {.kind = Kind::kError, .text = {raw.str, raw.len}, .number = 0, .list = {}};
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING:
      return {.kind = Kind::kText, .text = {raw.str, raw.len}, .number = 0, .list = {}};
    case REDIS_REPLY_INTEGER:
      return {.kind = Kind::kNumber, .text = "", .number = raw.integer, .list = {}};
    case REDIS_REPLY_ARRAY: {
      RedisReply list{.kind = Kind::kList, .text = "", .number = 0, .list = {}};
      for (std::size_t i = 0; i < raw.elements; ++i) list.list.push_back(reply_of(*raw.element[i]));
      return list;
    }
    default:
      return {};
  }
}

std::string encode(const RedisCommand& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const std::string& word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const long long size =
      redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), words.data(), sizes.data());
  if (size < 0) return "";
  const std::unique_ptr<char, void (*)(char*)> owned(bytes, redisFreeCommand);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

struct RedisConnection::Wire {
  base::Descriptor socket;
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader{redisReaderCreate(), redisReaderFree};

  Result<> send(std::string_view bytes, base::WaitLimit& patience) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno != EAGAIN && errno != EINTR) {
        return fail("{}", base::errno_text(errno));
      } else if (patience.wait(socket.get(), POLLOUT) != base::WaitLimit::Outcome::kReady) {
        return fail("no answer in time");
      }
    }
    return {};
  }

  Result<std::string> receive(base::WaitLimit& patience) const {
    std::array<char, kPart> part;
    while (true) {
      const ssize_t got = ::recv(socket.get(), part.data(), part.size(), 0);
      if (got > 0) return std::string(part.data(), static_cast<std::size_t>(got));
      if (got == 0) return fail("the connection was closed before the reply came");
      if (errno != EAGAIN && errno != EINTR) return fail("{}", base::errno_text(errno));
      if (patience.wait(socket.get(), POLLIN) != base::WaitLimit::Outcome::kReady)
        return fail("no answer in time");
    }
  }
};

RedisConnection::RedisConnection(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
RedisConnection::RedisConnection(RedisConnection&&) noexcept = default;
RedisConnection& RedisConnection::operator=(RedisConnection&&) noexcept = default;
RedisConnection::~RedisConnection() = default;

Result<RedisConnection> RedisConnection::open(const base::Endpoint& endpoint, base::Deadline deadline) {
  base::WaitLimit patience(deadline);
  auto socket = base::connect_to(endpoint, patience);
  if (!socket) return std::unexpected(socket.error());
  auto wire = std::make_unique<Wire>();
  wire->socket = std::move(*socket);
  return RedisConnection(std::move(wire));
}

Result<std::vector<RedisReply>> RedisConnection::ask_all(const std::vector<RedisCommand>& commands,
                                                         base::Deadline deadline) {
  base::WaitLimit patience(deadline);
  std::string bytes;
  for (const RedisCommand& command : commands) bytes += encode(command);
  if (auto sent = wire_->send(bytes, patience); !sent) return std::unexpected(sent.error());
  std::vector<RedisReply> replies;
  std::size_t received = 0;
  while (replies.size() < commands.size()) {
    void* raw = nullptr;
    if (redisReaderGetReply(wire_->reader.get(), &raw) != REDIS_OK)
      return fail("received data that is not a Redis reply");
    if (raw != nullptr) {
      const std::unique_ptr<void, void (*)(void*)> owned(raw, freeReplyObject);
      replies.push_back(reply_of(*static_cast<const redisReply*>(raw)));
      continue;
    }
    if (patience.over()) return fail("no answer in time");
    const auto part = wire_->receive(patience);
    if (!part) return std::unexpected(part.error());
    received += part->size();
    if (received > kMostBytes) return fail("the reply is too large");
    redisReaderFeed(wire_->reader.get(), part->data(), part->size());
  }
  return replies;
}

Result<RedisReply> RedisConnection::ask(const RedisCommand& command, base::Deadline deadline) {
  auto replies = ask_all({command}, deadline);
  if (!replies) return std::unexpected(replies.error());
  if (replies->front().kind == RedisReply::Kind::kError)
    return fail("{}: {}", command.front(), replies->front().text);
  return std::move(replies->front());
}

}  // namespace healer::actions
