#include "base/http/clients.h"

#include "tests/catch.h"

namespace http = base::http;
using std::chrono::seconds;

namespace {

class Silent final : public http::Transport {
 public:
  Result receive(std::span<char>) override { return {.status = Status::kAgain}; }
  Result send(std::string_view) override { return {.status = Status::kAgain}; }
  void finish() override {}
};

class Nothing final : public http::BodyStream {
 public:
  std::size_t size() const override { return 7; }
  base::Result<std::string> next(std::size_t) override { return base::fail("nothing"); }
};

struct Fixture {
  http::Limits limits;
  http::ConnectedClients clients;
  std::uint64_t key = 0;

  http::ConnectedClients::Iterator add(const std::string& peer, int at) {
    return clients.add(
        ++key,
        http::ConnectedClient({}, std::make_unique<Silent>(), limits, base::MonoTime(seconds(at)), false),
        peer);
  }
  std::uint64_t first() {
    const auto client = clients.first_to_go([](const http::ConnectedClient&) { return true; });
    return client == clients.end() ? 0 : client->first;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "the address with the most connections makes room first, its oldest before others") {
  CHECK(first() == 0);
  add("10.0.0.1", 1);
  add("10.0.0.2", 3);
  const auto oldest = add("10.0.0.2", 2);
  CHECK(first() == oldest->first);
  clients.remove(oldest);
  CHECK(first() == 1);
  CHECK(clients.first_to_go([](const http::ConnectedClient& client) { return client.peer == "10.0.0.2"; })
            ->first == 2);
}

TEST_CASE_METHOD(Fixture, "bytes and streams are counted until their connection is removed") {
  const auto client = add("unix", 1);
  client->second.connection.refuse({503, "no"}, {});
  CHECK(clients.buffered() == 0);
  clients.charge(client);
  clients.charge(client);
  CHECK(clients.buffered() == client->second.connection.buffered());
  CHECK(clients.buffered() > 0);
  clients.begin_stream(client, std::make_shared<Nothing>());
  CHECK(client->second.stream_left == 7);
  CHECK(clients.streams() == 1);
  clients.remove(client);
  CHECK(clients.buffered() == 0);
  CHECK(clients.streams() == 0);
  CHECK(clients.empty());
}
