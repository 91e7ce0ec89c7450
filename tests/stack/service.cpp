#include "tests/stack/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "tests/stack/state_files.h"

namespace example {
namespace {

// Past every threshold that a rule may have, so that nobody waits for it.
constexpr double kDatedBack = 2 * 3600;
constexpr long kRoundsPerLine = 10;
constexpr long kCallsPerRound = 10;
constexpr int kStormLines = 1000;
constexpr int kSlowSeconds = 5;

}  // namespace

Service::Service(Options options, std::function<double()> time, std::FILE* console)
    : options_(std::move(options)), time_(std::move(time)), started_(time_()), log_(options_.log, console) {
  if (!options_.policy.empty()) trader_.emplace(options_.policy, options_.token, time_);
}

std::optional<int> Service::start() {
  say("INFO", "starting");
  if (const auto code = ended_by(current())) return code;
  const std::string problem = write_blobs(options_);
  if (!problem.empty()) say("ERROR", problem);
  return round();
}

std::optional<int> Service::round() {
  const Fault fault = current();
  if (const auto code = ended_by(fault)) return code;
  if (fault == Fault::kLogStorm) {
    for (int i = 0; i < kStormLines; ++i)
      say("ERROR", fmt::format("order {} rejected: insufficient margin", i));
  }
  const bool hangs = fault == Fault::kHang;
  std::string problem;
  if (!hangs) {
    const long cycle = ++cycle_;
    const bool off = !options_.off.empty() && std::filesystem::exists(options_.off);
    if (off_.exchange(off) != off) say("INFO", off ? "the module is off" : "the module is on again");
    if (trader_) trader_->round();
    if (!off) calls_ += kCallsPerRound;
    if (!off && fault == Fault::kCallErrors) errors_ += kCallsPerRound / 5;
    problem = write_state_files(options_, {cycle, time_(), calls_, errors_, fault != Fault::kNoSymbols},
                                fault == Fault::kWrongJson ? Shape::kHalf : Shape::kWhole);
    if (cycle % kRoundsPerLine == 1) say("INFO", fmt::format("cycle {} done", cycle));
  } else if (!hanging_) {
    problem =
        write_state_files(options_, {cycle_, time_() - kDatedBack, calls_, errors_, true}, Shape::kWhole);
  }
  hanging_ = hangs;
  if (!problem.empty()) say("ERROR", problem);
  return std::nullopt;
}

std::optional<int> Service::ended_by(Fault fault) {
  if (fault == Fault::kDie) {
    say("CRITICAL", "out of memory, giving up");
    return 1;
  }
  if (fault == Fault::kCrashLoop) {
    say("ERROR",
        "cannot start\n"
        "Traceback (most recent call last):\n"
        "  File \"/app/main.py\", line 41, in <module>\n"
        "    engine.load_models()\n"
        "RuntimeError: Feature shape mismatch");
    return 1;
  }
  return std::nullopt;
}

Response Service::handle(const Request& request) {
  if (request.path == "/health") {
    return request.method == "GET" ? health() : Response{405, R"({"error":"GET only"})"};
  }
  constexpr std::string_view kFaults = "/fault/";
  if (request.path.starts_with(kFaults)) {
    return request.method == "POST" ? set(request.path.substr(kFaults.size()))
                                    : Response{405, R"({"error":"POST only"})"};
  }
  if (request.path == "/log") {
    return request.method == "POST" ? print(request.body) : Response{405, R"({"error":"POST only"})"};
  }
  if (trader_) return trader_->handle(request);
  return {404, R"({"error":"no such path"})"};
}

Response Service::health() const {
  std::string body =
      fmt::format(R"({{"status":"OK","service":"{}","module":"{}","cycle":{},"uptime_seconds":{:.1f}}})",
                  options_.name, off_ ? "off" : "on", cycle_.load(), time_() - started_);
  if (current() == Fault::kWrongJson) body.resize(body.size() / 2);
  return {200, body};
}

Response Service::set(std::string_view name) {
  const auto fault = parse_fault(name);
  if (!fault) return {404, R"({"error":"no such fault"})"};
  const bool outlives = *fault == Fault::kCrashLoop;
  if (!options_.control.empty() && !write_control(options_.control, outlives ? *fault : Fault::kNone)) {
    return {500, R"({"error":"cannot write the control file"})"};
  }
  asked_ = *fault;
  return {200, fmt::format(R"({{"fault":"{}"}})", to_string(*fault))};
}

Response Service::print(std::string_view lines) {
  const std::lock_guard lock(log_mutex_);
  log_.print(lines);
  return {200, fmt::format(R"({{"lines":{}}})", std::ranges::count(lines, '\n'))};
}

Fault Service::current() const {
  const Fault lasting = options_.control.empty() ? Fault::kNone : read_control(options_.control);
  return lasting == Fault::kNone ? asked_.load() : lasting;
}

int Service::delay_seconds() const { return current() == Fault::kSlow ? kSlowSeconds : 0; }

void Service::say(std::string_view level, std::string_view message) {
  const std::lock_guard lock(log_mutex_);
  log_.write(log_line(time_(), level, options_.name, message));
}

}  // namespace example
