// The labels or annotations of an alert: names with values, ordered by name.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace healer {

// Copies share their data until one of them changes, so that history, view and reports keep thousands of
// alerts only once. A change invalidates iterators of this copy alone; references from operator[] stay valid
// until this copy is changed or copied.
class Labels {
 public:
  using key_type = std::string;
  using mapped_type = std::string;
  using value_type = std::pair<std::string, std::string>;
  using const_iterator = std::vector<value_type>::const_iterator;
  using iterator = const_iterator;

  Labels() = default;
  // Of several pairs with the same name the first counts.
  Labels(std::initializer_list<value_type> pairs);

  const_iterator begin() const { return all().begin(); }
  const_iterator end() const { return all().end(); }
  std::size_t size() const { return all().size(); }
  bool empty() const { return all().empty(); }
  const_iterator find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != end(); }
  // Throws std::out_of_range when there is no such name.
  const std::string& at(std::string_view name) const;

  // For this number of names in total, so that no memory is wasted.
  void reserve(std::size_t names);
  // Does nothing when the name exists.
  void emplace(std::string name, std::string value);
  // Adds a missing name with an empty value.
  std::string& operator[](std::string_view name);
  void erase(std::string_view name);

  bool operator==(const Labels& other) const { return pairs_ == other.pairs_ || all() == other.all(); }

 private:
  const std::vector<value_type>& all() const;
  std::vector<value_type>& own();  // not shared with any other copy

  std::shared_ptr<std::vector<value_type>> pairs_;  // by name; null: none
};

// Alertmanager's own fingerprint of a label set.
std::string fingerprint(const Labels& labels);

}  // namespace healer
