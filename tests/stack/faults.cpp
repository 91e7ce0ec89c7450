#include "tests/stack/faults.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

namespace example {
namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 9> kNames{{{Fault::kNone, "none"},
                                                                    {Fault::kDie, "die"},
                                                                    {Fault::kHang, "hang"},
                                                                    {Fault::kCrashLoop, "crash-loop"},
                                                                    {Fault::kLogStorm, "log-storm"},
                                                                    {Fault::kSlow, "slow"},
                                                                    {Fault::kWrongJson, "wrong-json"},
                                                                    {Fault::kCallErrors, "call-errors"},
                                                                    {Fault::kNoSymbols, "no-symbols"}}};

}  // namespace

std::string_view to_string(Fault fault) {
  for (const auto& [value, name] : kNames) {
    if (value == fault) return name;
  }
  return "none";
}

std::optional<Fault> parse_fault(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

Fault read_control(const std::string& path) {
  std::string word;
  std::ifstream(path) >> word;
  return parse_fault(word).value_or(Fault::kNone);
}

bool write_control(const std::string& path, Fault fault) {
  if (fault == Fault::kNone) {
    std::error_code error;
    std::filesystem::remove(path, error);
    return !error;
  }
  std::ofstream file(path);
  file << to_string(fault) << '\n';
  return static_cast<bool>(file.flush());
}

}  // namespace example
