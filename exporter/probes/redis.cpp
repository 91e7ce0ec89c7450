#include "exporter/probes/redis.h"

#include <hiredis/hiredis.h>

#include <optional>
#include <vector>

#include "base/text/utf8.h"
#include "exporter/probes/config.h"
#include "exporter/probes/secret.h"

namespace exporter::probes {
namespace {

constexpr std::size_t kMaxReply = 16 * 1024;

struct Options {
  base::Endpoint address;
  std::optional<TlsOptions> tls;
  std::string username;
  std::string password_file;
};

std::string encode(const std::vector<std::string>& words) {
  std::vector<const char*> pointers;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    pointers.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* command = nullptr;
  const auto size =
      redisFormatCommandArgv(&command, static_cast<int>(words.size()), pointers.data(), sizes.data());
  if (size < 0) return "";
  std::string bytes(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
  return bytes;
}

struct Reply {
  bool error = false;
  std::string text;
};

using Reader = std::unique_ptr<redisReader, void (*)(redisReader*)>;

// Rejects arrays: the commands sent here have no array replies, and an array may announce any number of
// elements, for which memory would be allocated.
Reader make_reader() {
  Reader reader(redisReaderCreate(), redisReaderFree);
  static redisReplyObjectFunctions functions = [&] {
    auto all = *reader->fn;
    all.createArray = [](const redisReadTask*, auto) -> void* { return nullptr; };
    return all;
  }();
  reader->fn = &functions;
  return reader;
}

// One connection: each command gets one reply.
class Session {
 public:
  explicit Session(Connection connection) : connection_(std::move(connection)) {}

  Outcome<Reply> ask(const std::vector<std::string>& words) {
    auto sent = connection_.send(encode(words));
    if (!sent) return std::unexpected(sent.error());
    std::size_t received = 0;
    for (;;) {
      void* raw = nullptr;
      if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK)
        return failed(Reason::kProtocol, "the response is not a valid Redis reply");
      if (raw != nullptr) return take(raw);
      const auto bytes = connection_.receive();
      if (!bytes) return std::unexpected(bytes.error());
      if (bytes->empty()) return failed(Reason::kProtocol, "the connection was closed before the reply");
      received += bytes->size();
      if (received > kMaxReply) return failed(Reason::kProtocol, "the reply is too large");
      redisReaderFeed(reader_.get(), bytes->data(), bytes->size());
    }
  }

 private:
  static Reply take(void* raw) {
    const std::unique_ptr<void, void (*)(void*)> owned(raw, freeReplyObject);
    const auto& reply = *static_cast<const redisReply*>(raw);
    const bool text = reply.type == REDIS_REPLY_STATUS || reply.type == REDIS_REPLY_ERROR;
    return {.error = reply.type == REDIS_REPLY_ERROR, .text = text ? std::string(reply.str, reply.len) : ""};
  }

  Connection connection_;
  Reader reader_ = make_reader();
};

// The codes at the beginning of an error reply: https://redis.io/docs/latest/develop/reference/protocol-spec/
Reason reason_of(std::string_view error) {
  for (const std::string_view code : {"NOAUTH", "WRONGPASS", "NOPERM"}) {
    if (error.starts_with(code)) return Reason::kAuth;
  }
  return Reason::kRejected;
}

class RedisProber final : public Prober {
 public:
  explicit RedisProber(Options options) : options_(std::move(options)) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    const auto password = load_secret(options_.password_file);
    if (!password) {
      answer.failure = password.error();
      return answer;
    }
    auto dialled = dial(options_.address, options_.tls, deadline, stop);
    answer.certificate_expires = dialled.certificate_expires;
    const auto asked = dialled.connection ? ask(std::move(*dialled.connection), *password)
                                          : Outcome<void>(std::unexpected(dialled.connection.error()));
    // Redis quotes unknown arguments in its errors, including a password.
    if (!asked)
      answer.failure = {asked.error().reason, base::excerpt(redact(asked.error().text, *password), 200)};
    return answer;
  }

 private:
  Outcome<void> ask(Connection connection, const std::string& password) const {
    Session session(std::move(connection));
    if (!password.empty()) {
      std::vector<std::string> words{"AUTH", password};
      if (!options_.username.empty()) words.insert(words.begin() + 1, options_.username);
      const auto reply = session.ask(words);
      if (!reply) return std::unexpected(reply.error());
      if (reply->error) return failed(Reason::kAuth, reply->text);
    }
    const auto reply = session.ask({"PING"});
    if (!reply) return std::unexpected(reply.error());
    if (reply->error) return failed(reason_of(reply->text), reply->text);
    if (reply->text != "PONG") return failed(Reason::kProtocol, "the reply to PING is not PONG");
    return {};
  }

  Options options_;
};

}  // namespace

MakeProber read_redis(const base::yaml::Node& node) {
  only(node, {"address", "username", "password_file", "tls", "tls_config"});
  Options options;
  options.address = read_address(node.required("address"));
  const auto username = node.optional("username");
  options.username = username.string();
  options.password_file = read_secret_path(node.optional("password_file"));
  if (username.present() && options.password_file.empty()) username.problem("needs password_file");
  const auto config = node.optional("tls_config");
  const TlsOptions tls = read_tls(config);
  if (node.optional("tls").boolean(false)) options.tls = tls;
  if (config.present() && !options.tls) config.problem("needs tls: true");
  return [options = std::move(options)] { return std::make_unique<RedisProber>(options); };
}

}  // namespace exporter::probes
