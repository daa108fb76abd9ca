/** Parses JSON from outside. Promises that no record affects how a later one is parsed. */
package io.sidetrack.common.json;
