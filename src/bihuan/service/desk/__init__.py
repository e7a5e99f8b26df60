"""The service desk: the case from registration to archive. Owns no survey and no visit."""
