// YAML with positions. The whole configuration is read, and every problem is collected with file, line and
// path, so that an operator sees all of them at once:
//   healer.yml:12: playbooks[2].timeout: "5x" is not a duration
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/os/clock.h"
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

// A position in a document. Reading never throws: a missing or invalid value is added to the document's
// Problems and a default is returned, so that reading continues. Cheap to copy; must not outlive the Problems
// it was loaded with.
class Node {
 public:
  bool present() const;
  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;

  // A required child (a problem when missing) and an optional one: reading a scalar from an absent optional
  // child returns the fallback. A key without a value counts as absent.
  Node required(std::string_view key) const;
  Node optional(std::string_view key) const;
  // Adds a problem if the node is not a map, and for every key that is not in `known`, with the closest known
  // key.
  void only(std::initializer_list<std::string_view> known) const;

  std::vector<Node> items() const;                            // of a list; a problem if it is not a list
  std::vector<std::pair<std::string, Node>> entries() const;  // of a map, in file order; likewise

  std::string string(std::string_view fallback = "") const;
  std::string non_empty_string() const;
  bool boolean(bool fallback = false) const;
  std::int64_t integer(std::int64_t fallback, std::int64_t min, std::int64_t max) const;
  double number(double fallback, double min, double max) const;
  Duration duration(Duration fallback, Duration min = Duration::zero(), Duration max = Duration::max()) const;
  std::vector<std::string> strings() const;  // a list of scalars; empty when absent
  std::vector<std::pair<std::string, std::string>> string_map() const;
  // One of `allowed`; otherwise adds a problem with the list and returns `allowed.begin()`.
  std::string one_of(std::initializer_list<std::string_view> allowed, std::string_view fallback) const;
  std::string one_of(std::span<const std::string_view> allowed, std::string_view fallback) const;

  // A canonical text of the node without positions, comments and quoting: equal texts mean equal content.
  std::string text() const;

  // Adds a problem at this position.
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

// Reads a file of at most 4 MiB. A file that cannot be read, is not YAML, holds several documents, is nested
// deeper than 64 levels or grows past 100,000 nodes by its aliases is a problem and gives an absent node; an
// empty file is an empty map. Duplicate keys are problems too; the first one is used. `name` is the file name
// in problems.
Node load(const std::string& file, Problems& problems);
Node parse(std::string_view text, const std::string& name, Problems& problems);

}  // namespace base::yaml
