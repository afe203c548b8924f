/*
title: {zh: 两个证书平台都交了数据, en: Both certificate registries have delivered}
says: 人社和教育两个证书平台都有登记数据时才有一行：“两个平台都查不到”要两个平台都交了数据才站得住。
*/
SELECT count(DISTINCT registry) AS registries
FROM certificates
HAVING count(DISTINCT registry) = 2
