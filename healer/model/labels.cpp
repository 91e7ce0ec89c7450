#include "healer/model/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace healer {
namespace {

auto place_of(auto& pairs, std::string_view name) {
  return std::ranges::lower_bound(pairs, name, {},
                                  [](const auto& pair) -> std::string_view { return pair.first; });
}

}  // namespace

Labels::Labels(std::initializer_list<value_type> pairs) {
  reserve(pairs.size());
  for (const auto& [name, value] : pairs) emplace(name, value);
}

const std::vector<Labels::value_type>& Labels::all() const {
  static const std::vector<value_type> kNone;
  return pairs_ ? *pairs_ : kNone;
}

std::vector<Labels::value_type>& Labels::own() {
  if (!pairs_) {
    pairs_ = std::make_shared<std::vector<value_type>>();
  } else if (pairs_.use_count() > 1) {
    pairs_ = std::make_shared<std::vector<value_type>>(*pairs_);
  }
  return *pairs_;
}

Labels::const_iterator Labels::find(std::string_view name) const {
  const auto at = place_of(all(), name);
  return at != end() && at->first == name ? at : end();
}

const std::string& Labels::at(std::string_view name) const {
  const auto found = find(name);
  if (found == end()) throw std::out_of_range("no label " + std::string(name));
  return found->second;
}

void Labels::reserve(std::size_t names) {
  if (names > size()) own().reserve(names);
}

void Labels::emplace(std::string name, std::string value) {
  if (contains(name)) return;
  auto& pairs = own();
  const auto at = place_of(pairs, name);
  pairs.emplace(at, std::move(name), std::move(value));
}

std::string& Labels::operator[](std::string_view name) {
  auto& pairs = own();
  auto at = place_of(pairs, name);
  if (at == pairs.end() || at->first != name) at = pairs.emplace(at, std::string(name), std::string());
  return at->second;
}

void Labels::erase(std::string_view name) {
  if (!contains(name)) return;
  auto& pairs = own();
  pairs.erase(place_of(pairs, name));
}

std::string fingerprint(const Labels& labels) {
  // FNV-1a over the sorted names and values, each ended by a byte that no UTF-8 text holds.
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&hash](std::string_view text) {
    for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
    hash = (hash ^ 0xff) * 1099511628211ULL;
  };
  for (const auto& [name, value] : labels) {
    add(name);
    add(value);
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace healer
