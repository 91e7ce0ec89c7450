#include "tests/stack/state_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace example {
namespace {

constexpr std::array<std::string_view, 8> kSymbols{"BTCUSDT", "ETHUSDT", "SOLUSDT",  "BNBUSDT",
                                                   "XRPUSDT", "ADAUSDT", "AVAXUSDT", "LINKUSDT"};

std::string counters(const State& state) {
  return fmt::format(R"("calls":{},"errors":{})", state.calls, state.errors);
}

std::string status(const Options& options, const State& state) {
  return fmt::format(R"({{"service":"{}","status":"running","cycle":{},"last_cycle":{:.3f},"items":{},{}}})",
                     options.name, state.cycle, state.seconds, kSymbols.size(), counters(state));
}

std::string universe(const State& state) {
  const std::string symbols = state.symbols ? fmt::format(R"("{}")", fmt::join(kSymbols, "\",\"")) : "";
  return fmt::format(R"({{"timestamp":{:.3f},{},"symbols":[{}]}})", state.seconds, counters(state), symbols);
}

std::string trades(const State& state) {
  std::string list;
  for (std::size_t i = 0; i < 5; ++i) {
    list += fmt::format(R"({}{{"id":{},"symbol":"{}","side":"{}","quantity":0.{},"timestamp":{:.3f}}})",
                        i == 0 ? "" : ",", state.cycle * 5 + static_cast<long>(i), kSymbols.at(i),
                        i % 2 == 0 ? "BUY" : "SELL", i + 1, state.seconds - static_cast<double>(i));
  }
  return fmt::format(R"({{"updated":{:.3f},{},"trades":[{}]}})", state.seconds, counters(state), list);
}

std::string replace(const std::string& path, std::string content, double seconds, Shape shape) {
  if (shape == Shape::kHalf) content.resize(content.size() / 2);
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  if (!(file << content << '\n').flush()) return "cannot write " + fresh;
  file.close();
  const double whole = std::floor(seconds);
  const timespec time{static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
  const std::array<timespec, 2> times{time, time};
  if (utimensat(AT_FDCWD, fresh.c_str(), times.data(), 0) != 0) return "cannot date " + fresh;
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  return error ? "cannot replace " + path : "";
}

}  // namespace

std::string write_state_files(const Options& options, const State& state, Shape shape) {
  std::string problem;
  const auto write = [&](const std::vector<std::string>& paths, const std::string& content) {
    for (const std::string& path : paths) {
      const std::string failed = replace(path, content, state.seconds, shape);
      if (!failed.empty()) problem = failed;
    }
  };
  write(options.states, status(options, state));
  write(options.universes, universe(state));
  write(options.trades, trades(state));
  return problem;
}

std::string write_blobs(const Options& options) {
  std::string problem;
  for (const std::string& path : options.blobs) {
    if (std::filesystem::exists(path)) continue;
    std::ofstream file(path, std::ios::binary);
    if (!(file << path << '\n' << std::string(4096, 'q')).flush()) problem = "cannot write " + path;
  }
  return problem;
}

}  // namespace example
