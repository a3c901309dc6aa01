// Two requests that import a module at the same time hang in the test runner, whose loader waits within the first one's
// context. A deployed Worker is one bundle, which loads nothing.
import "../../../worker/accounts/better-auth.ts";
