#pragma once

#include "app/git/cache.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace leadline::git {

// Where a clone is, with its locks.
struct ClonePlace {
  std::filesystem::path folder; // OWNER/NAME.git
  std::string fetch_lock;       // one fetch at a time, and none while it is deleted
  std::string use_lock;         // shared by readers, exclusive to delete; written to by each use
};

// The clones below one folder: where they are, what they take, when they were used, and how they
// go. Several processes may share the folder. All throw Error(unavailable) when the disk refuses.
class Clones {
public:
  explicit Clones(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return m_folder; }

  // nullopt for a name that is none.
  std::optional<ClonePlace> place_of(const std::string& repository) const;

  // What the packs take, and how many they are: one listing.
  struct Packs {
    std::uint64_t bytes = 0;
    std::size_t count = 0;
  };
  static Packs packs_of(const ClonePlace& place);

  // Notes in the clone what it takes, loose objects too, for all who add clones up.
  static std::uint64_t measure(const ClonePlace& place);
  // As it was noted; nullopt when it never was.
  static std::optional<std::uint64_t> noted_bytes(const ClonePlace& place);

  static void note_use(const ClonePlace& place);

  // Deletes what a fetch that was killed has left half written. The caller holds the fetch lock.
  static void delete_leftovers(const ClonePlace& place);

  // Deletes a clone whose fetch lock the caller holds. False while someone reads it.
  bool remove(const ClonePlace& place) const;

  // Deletes a clone with all that names it. False while someone fetches or reads it.
  bool forget(const ClonePlace& place) const;

  // Deletes what nobody has used since `since`, then the least recently used until all take at most
  // `max_bytes`; nothing that is in use. One that cannot be deleted is told and left out. nullopt
  // when another one is at it for longer than `wait`.
  std::optional<CloneTotals> tidy(std::chrono::system_clock::time_point since,
                                  std::uint64_t max_bytes, std::chrono::milliseconds wait) const;

private:
  struct Clone {
    ClonePlace place;
    std::filesystem::file_time_type used;
    bool is_there = false; // else only its locks are
    std::uint64_t bytes = 0;
  };

  std::vector<Clone> list() const; // least recently used first
  void delete_folder(const std::filesystem::path& folder) const;
  void empty_bin() const;

  std::filesystem::path m_folder;
};

} // namespace leadline::git
