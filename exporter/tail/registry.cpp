#include "exporter/tail/registry.h"

#include <utility>

namespace exporter::tail {

std::shared_ptr<Pipeline> Registry::open(const std::string& source, const Pipeline::Options& options,
                                         Origin origin) {
  std::lock_guard lock(mutex_);
  if (origin == Origin::found) {
    found_.insert(source);
  } else {
    found_.erase(source);
  }
  auto& pipeline = open_[source];
  if (pipeline) {
    pipeline->use(options);
    return pipeline;
  }
  const auto kept = restored_.find(source);
  pipeline =
      std::make_shared<Pipeline>(source, options, clock_, kept == restored_.end() ? nullptr : &kept->second);
  if (kept != restored_.end()) restored_.erase(kept);
  return pipeline;
}

void Registry::close(const std::string& source) {
  std::lock_guard lock(mutex_);
  open_.erase(source);
  found_.erase(source);
  restored_.erase(source);
}

std::vector<std::shared_ptr<Pipeline>> Registry::all() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Pipeline>> all;
  for (const auto& [source, pipeline] : open_) all.push_back(pipeline);
  return all;
}

std::shared_ptr<Pipeline> Registry::find(const std::string& source) const {
  std::lock_guard lock(mutex_);
  const auto found = open_.find(source);
  return found == open_.end() ? nullptr : found->second;
}

std::vector<std::string> Registry::found() const {
  std::lock_guard lock(mutex_);
  return {found_.begin(), found_.end()};
}

void Registry::restore(std::vector<SourceState> states) {
  std::lock_guard lock(mutex_);
  for (SourceState& state : states) restored_[state.source] = std::move(state);
}

std::vector<SourceState> Registry::unopened() const {
  std::lock_guard lock(mutex_);
  std::vector<SourceState> states;
  for (const auto& [source, state] : restored_) states.push_back(state);
  return states;
}

void Registry::forget_unopened(const std::function<bool(const std::string& source)>& which) {
  std::lock_guard lock(mutex_);
  std::erase_if(restored_, [&](const auto& entry) { return which(entry.first); });
}

}  // namespace exporter::tail
