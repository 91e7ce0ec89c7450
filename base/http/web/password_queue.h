// Decides which password is hashed next, and delays responses to wrong passwords.
//
// One thread hashes. It takes the newest request from the address that was served longest ago: with more
// guesses than can be hashed, a first-in-first-out queue would let every request time out. After the first
// few, responses to wrong passwords are limited to a fraction of the hashing rate. So clients that guess
// mostly wait, and the thread is free for users with the right password.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/os/clock.h"

namespace base::http {

// Thread-safe.
class PasswordQueue {
 public:
  explicit PasswordQueue(const Clock& clock);
  ~PasswordQueue() { stop(); }

  // Calls `check`, which hashes and returns whether the password is right, then `resume`, delayed if it is
  // wrong. When too many requests wait, or one has waited too long, only `resume` is called. Both are called
  // on the queue's thread.
  void add(const std::string& from, std::function<bool()> check, std::function<void()> resume);
  // Waits for the running call; drops all others, also those added later.
  void stop();

 private:
  struct Waiting {
    std::string from;
    std::function<bool()> check;
    std::function<void()> resume;
    MonoTime since;
  };
  using Waitings = std::list<Waiting>;

  void work(const std::stop_token& stop);
  bool give_up_oldest(MonoTime now);
  Waitings::iterator oldest_of_the_most();
  Waitings take_next();
  void hash(Waiting waiting, std::unique_lock<std::mutex>& lock);
  void hold_back(std::function<void()> resume, MonoTime now);
  void resume_due(std::unique_lock<std::mutex>& lock);
  Duration until_due() const;

  const Clock& clock_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable_any changed_;
  bool stopped_ = false;
  bool added_ = false;
  Waitings waiting_;                                          // the oldest first
  std::map<std::string, std::uint64_t> served_;               // addresses, by when they were served last
  std::uint64_t turn_ = 0;                                    // number of requests served
  std::multimap<MonoTime, std::function<void()>> held_back_;  // by the time they resume
  Duration pace_;                                             // between responses to wrong passwords
  MonoTime next_wrong_{};                                     // when the pace allows the next one
  std::jthread thread_;                                       // last: stopped and joined first
};

}  // namespace base::http
