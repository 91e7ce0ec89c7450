// Requests on one connection: whatever comes, and however it is cut into pieces, the same requests are read
// from it.
#include <algorithm>
#include <vector>

#include "base/http/server/connection.h"
#include "tests/fuzz/target.h"

namespace {

namespace http = base::http;
using State = http::Connection::State;

class Pieces final : public http::Transport {
 public:
  Pieces(std::string_view input, std::size_t piece, std::string& answered)
      : input_(input), piece_(piece), answered_(answered) {}

  Result receive(std::span<char> to) override {
    if (input_.empty()) return {.status = Status::kClosed};
    const std::size_t size = input_.copy(to.data(), std::min(piece_, to.size()));
    input_.remove_prefix(size);
    return {.status = Status::kDone, .bytes = size};
  }
  Result send(std::string_view from) override {
    answered_ += from;
    return {.status = Status::kDone, .bytes = from.size()};
  }
  void finish() override {}

 private:
  std::string_view input_;
  std::size_t piece_;
  std::string& answered_;
};

struct Talk {
  std::vector<std::string> requests;
  std::string refusal;
};

Talk talk(std::string_view input, std::size_t piece) {
  static const http::Limits limits{.header_bytes = 1024, .body_bytes = 1024};
  const base::MonoTime now{};
  Talk talk;
  std::string answered;
  http::Connection connection(std::make_unique<Pieces>(input, piece, answered), limits, now);
  while (connection.state() != State::kClosed) {
    if (connection.state() == State::kReady) {
      const auto request = connection.take(now);
      fuzz::require(request.head.target.starts_with('/'), "a target begins with a slash");
      fuzz::require(request.body.size() == request.head.body_size, "a body is as long as it says");
      talk.requests.push_back(request.head.method + " " + request.head.target + "\n" + request.body);
      answered.clear();
      connection.answer("", now);
    } else {
      fuzz::require(connection.wants_read(), "a connection waits for its peer");
      connection.on_readable(now);
    }
    fuzz::require(connection.buffered() <= 1024 + 1024 + 64 * 1024, "memory is bounded");
  }
  if (const auto refusal = answered.rfind("HTTP/1.1 4"); refusal != std::string::npos) {
    talk.refusal = answered.substr(refusal, 12);
  }
  return talk;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Talk whole = talk(input, 64 * 1024);
  for (const std::size_t piece : {1, 7, 100}) {
    const Talk cut = talk(input, piece);
    fuzz::require(cut.requests == whole.requests, "the same requests however they are cut");
    fuzz::require(cut.refusal == whole.refusal, "the same refusal however it is cut");
  }
  return 0;
}
