"""The user's own pictures: folders, archives and lists of labels. Nothing of theirs is changed."""
