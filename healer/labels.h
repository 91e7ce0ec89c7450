// Names with values, ordered by name: what an alert bears.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace healer {

// Copies share what they hold until one of them changes: history, view and reports tell of thousands of
// alerts without keeping each one several times. A change invalidates iterators of this copy alone;
// references that operator[] gave out stay good until the next change, or copy, of it.
class Labels {
 public:
  using key_type = std::string;
  using mapped_type = std::string;
  using value_type = std::pair<std::string, std::string>;
  using const_iterator = std::vector<value_type>::const_iterator;
  using iterator = const_iterator;

  Labels() = default;
  // Of two with one name the first counts.
  Labels(std::initializer_list<value_type> pairs);

  const_iterator begin() const { return all().begin(); }
  const_iterator end() const { return all().end(); }
  std::size_t size() const { return all().size(); }
  bool empty() const { return all().empty(); }
  const_iterator find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != end(); }
  // Throws std::out_of_range when there is no such name.
  const std::string& at(std::string_view name) const;

  // For so many names in all, so that no room is wasted.
  void reserve(std::size_t names);
  // Nothing when there is one of that name already.
  void emplace(std::string name, std::string value);
  // A name that is not there comes with an empty value.
  std::string& operator[](std::string_view name);
  void erase(std::string_view name);

  bool operator==(const Labels& other) const { return pairs_ == other.pairs_ || all() == other.all(); }

 private:
  const std::vector<value_type>& all() const;
  std::vector<value_type>& own();  // not shared with any other copy

  std::shared_ptr<std::vector<value_type>> pairs_;  // by name; null: none
};

}  // namespace healer
