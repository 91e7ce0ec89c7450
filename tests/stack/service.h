// One container's program of the example trading stack: it does its round every second and
// fails on demand.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "tests/stack/faults.h"
#include "tests/stack/http.h"
#include "tests/stack/log.h"
#include "tests/stack/options.h"
#include "tests/stack/trader.h"

namespace example {

// Thread-safe: round() is called by one thread while handle() is called by another.
class Service {
 public:
  // `time` gives the seconds since the epoch; `console` may be null.
  Service(Options options, std::function<double()> time, std::FILE* console);

  // Writes what is there once. An exit code when the service is to end now.
  std::optional<int> start();
  // One second's work. An exit code when the service is to end now.
  std::optional<int> round();
  // GET /health, POST /fault/<name>, POST /log (the body's lines, to the console as they are); of a service
  // that trades also what Trader answers.
  Response handle(const Request& request);
  // How long the next answer is held back.
  int delay_seconds() const;
  void say(std::string_view level, std::string_view message);

 private:
  Fault current() const;
  std::optional<int> ended_by(Fault fault);
  Response set(std::string_view name);
  Response print(std::string_view lines);
  Response health() const;

  Options options_;
  std::function<double()> time_;
  double started_;
  std::atomic<Fault> asked_{Fault::kNone};  // forgotten at a restart, unlike the control file
  std::atomic<long> cycle_{0};
  long calls_ = 0;
  long errors_ = 0;
  bool hanging_ = false;
  std::atomic<bool> off_ = false;  // the module, as Options::off has it
  std::optional<Trader> trader_;
  std::mutex log_mutex_;
  Log log_;
};

}  // namespace example
