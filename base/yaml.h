// YAML with positions. A configuration is read in full and every problem found on
// the way is collected with file, line and path, so that an operator sees all of
// them at once:
//   healer.yml:12: playbooks[2].timeout: "5x" is not a duration
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace base::yaml {

struct Problem {
  std::string file;
  int line = 0;  // 1 for the first
  std::string path;
  std::string what;
  std::string str() const;  // file:line: path: what
  bool operator==(const Problem&) const = default;
};

// Collects problems, each once. Not thread-safe.
class Problems {
 public:
  void add(Problem problem);
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }
  std::string str() const;  // one a line, in file and line order

 private:
  std::vector<Problem> list_;
};

// A place in a document. Reading never throws: what is missing or wrong is noted in
// the document's Problems and a harmless value is returned, so that reading goes on.
// Cheap to copy; must not outlive the Problems it was loaded with.
class Node {
 public:
  bool present() const;
  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;

  // A child that must be there (noted when missing), and one that may be absent:
  // reading a scalar from an absent optional child returns the fallback.
  // A key with nothing after it counts as absent.
  Node required(std::string_view key) const;
  Node optional(std::string_view key) const;
  // Notes what is no map, and every key that is not in `known`, with the nearest known one.
  void only(std::initializer_list<std::string_view> known) const;

  std::vector<Node> items() const;                            // of a list; a problem if it is none
  std::vector<std::pair<std::string, Node>> entries() const;  // of a map, in file order; likewise

  std::string string(std::string_view fallback = "") const;
  std::string non_empty_string() const;
  bool boolean(bool fallback = false) const;
  std::int64_t integer(std::int64_t fallback, std::int64_t min, std::int64_t max) const;
  double number(double fallback, double min, double max) const;
  Duration duration(Duration fallback, Duration min = Duration::zero(), Duration max = Duration::max()) const;
  std::vector<std::string> strings() const;  // a list of scalars; empty when absent
  std::vector<std::pair<std::string, std::string>> string_map() const;
  // One of a closed list; otherwise noted with the list and `allowed.begin()` is returned.
  std::string one_of(std::initializer_list<std::string_view> allowed, std::string_view fallback) const;

  // What stands here, apart from places, comments and how it is quoted: two nodes of one text mean the same.
  std::string text() const;

  // Notes a problem at this place.
  void problem(std::string what) const;
  std::string path() const;
  int line() const;

 private:
  friend Node load(const std::string& file, Problems& problems);
  friend Node parse(std::string_view text, const std::string& name, Problems& problems);
  struct State;
  explicit Node(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const std::string* scalar(std::string_view wanted) const;
  std::shared_ptr<const State> state_;
};

// Reads a file of at most 4 MiB. A file that cannot be read, is not YAML, holds several documents, is
// nested deeper than 64 levels or grows past 100,000 nodes by its aliases is a problem and gives an absent
// node; an empty one is an empty map. Duplicate keys are problems too: the first of them counts. `name` is
// what problems call the text.
Node load(const std::string& file, Problems& problems);
Node parse(std::string_view text, const std::string& name, Problems& problems);

}  // namespace base::yaml
