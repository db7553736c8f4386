#pragma once

#include "app/github/stack.hpp"

#include <string>
#include <string_view>
#include <vector>

// Messages about the branches of a split and their pull requests as JSON. The parse functions throw
// Error(unavailable) naming what is missing.
namespace leadline {

// https://docs.github.com/rest/git/refs#list-matching-references
std::vector<RemoteBranch> parse_branches(std::string_view body);
// https://docs.github.com/rest/git/refs#get-a-reference
std::string parse_ref_commit(std::string_view body);
// https://docs.github.com/rest/git/commits#get-a-commit-object
CommitFacts parse_commit_facts(std::string_view body);
// https://docs.github.com/rest/pulls/pulls#create-a-pull-request
std::string new_pull_json(const NewPull& pull, bool draft);
// https://docs.github.com/rest/pulls/pulls#update-a-pull-request
std::string pull_edit_json(const NewPull& pull);

} // namespace leadline
