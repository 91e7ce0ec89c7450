#include "exporter/collectors/text.h"

#include <charconv>

namespace exporter::collectors {
namespace {

constexpr std::string_view kBlank = " \t\n";

template <class Number>
std::optional<Number> convert(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return pieces;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (;;) {
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == text.npos) return found;
    text.remove_prefix(begin);
    const auto end = text.find_first_of(kBlank);
    found.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end);
  }
}

std::string_view first_word(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_first_of(kBlank));
}

std::optional<std::uint64_t> to_number(std::string_view text) { return convert<std::uint64_t>(text); }
std::optional<double> to_double(std::string_view text) { return convert<double>(text); }

}  // namespace exporter::collectors
